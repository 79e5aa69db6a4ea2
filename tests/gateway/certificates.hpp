#pragma once

#include <memory>
#include <string>

namespace emx::gateway::test {

// What proves by TLS who one is, and the key to it, in PEM form.
struct Certificate {
  std::string text;  // empty: none
  std::string private_key;
};

// Somebody who vouches for others, made for one test. Certificates are good for an hour.
class Authority {
 public:
  explicit Authority(const std::string& name);
  ~Authority();

  // Its own certificate, in PEM form.
  [[nodiscard]] std::string certificate() const;
  // One for this common name, with a key of its own.
  [[nodiscard]] Certificate issue(const std::string& common_name) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace emx::gateway::test
