#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "gateway/connection.hpp"
#include "gateway/logon_gate.hpp"

namespace emx::gateway {

// A session, as the Reception sees it: whom a connection that has proved who it is is shown to.
class Host {
 public:
  // Whether it has a connection, or is about to have one.
  [[nodiscard]] virtual bool is_taken() const = 0;
  // Whether it is taken because its numbers are starting again.
  [[nodiscard]] virtual bool is_renumbering() const { return false; }
  // Whether they have, and nobody has logged on with them yet.
  [[nodiscard]] virtual bool has_new_numbers() const { return false; }
  // The number that the client's Logon must at least have.
  [[nodiscard]] virtual std::uint32_t next_in() const = 0;
  // Starts the numbers again at 1, in a new epoch, and calls done() once that is durable.
  virtual void reset_numbers(std::function<void()> done) = 0;
  // Goes on with the connection and its Logon. Requires: !is_taken().
  virtual void attach(const std::shared_ptr<Connection>& connection, std::string_view logon,
                      const LogonAttempt& attempt) = 0;

 protected:
  ~Host() = default;
};

}  // namespace emx::gateway
