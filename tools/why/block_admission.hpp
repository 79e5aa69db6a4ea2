#pragma once

#include "tools/why/judgement.hpp"

// The tests of a block (market-rules 9): of whoever submits it, and of whoever answers it.

namespace emx::why {

void judge_submission(Judgement& judge, const SubmitBlockCommand& command);
void judge_answer(Judgement& judge, const AnswerBlockCommand& command);

}  // namespace emx::why
