#include "gateway/business_reject.hpp"

#include "gateway/raw_message.hpp"

namespace emx::gateway {

OutMessage business_reject(const RefusedMessage& of, BusinessRejectReason reason,
                           std::string_view words) {
  FieldText fields;
  fields.add(45, of.msg_seq_num)
      .add(372, of.msg_type)
      .add(379, of.id)
      .add(380, static_cast<std::uint64_t>(reason))
      .add(58, words);
  return {.type = "j", .body = fields.take()};
}

}  // namespace emx::gateway
