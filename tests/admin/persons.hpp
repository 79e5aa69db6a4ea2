#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "tools/admin/ed25519.hpp"
#include "tools/admin/operators.hpp"
#include "tools/admin/signed_line.hpp"
#include "tools/admin/utc_text.hpp"

namespace emx::admin {

// Persons who may act, a stranger, and the time at which all of it happens.
struct Persons {
  static constexpr const char* now = "2026-06-18T02:03:04Z";

  PrivateKey li = PrivateKey::make();        // person 1
  PrivateKey wang = PrivateKey::make();      // person 2
  PrivateKey shen = PrivateKey::make();      // person 3
  PrivateKey zhu = PrivateKey::make();       // person 4
  PrivateKey stranger = PrivateKey::make();  // nobody

  [[nodiscard]] Operators operators() const {
    return Operators{{{1, "Li Wei", Office::venue, li.public_key()},
                      {2, "Wang Fang", Office::joint, wang.public_key()},
                      {3, "Shen Yi", Office::sh, shen.public_key()},
                      {4, "Zhu Min", Office::zj, zhu.public_key()}}};
  }
  [[nodiscard]] static std::int64_t now_ns() { return *utc_from_text(now); }

  // The request of a person, signed with her key.
  [[nodiscard]] std::string line(std::uint32_t person, nlohmann::json request) const {
    const PrivateKey* const keys[] = {&li, &wang, &shen, &zhu};
    return signed_line(text(person, std::move(request)), *keys[person - 1]);
  }
  [[nodiscard]] static std::string text(std::uint32_t person, nlohmann::json request) {
    request["person"] = person;
    if (!request.contains("time")) request["time"] = now;
    return request.dump();
  }
};

}  // namespace emx::admin
