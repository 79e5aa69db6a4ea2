#include "tools/emx/admin_line.hpp"

#include <chrono>
#include <random>
#include <stdexcept>

#include "tools/admin/client.hpp"
#include "tools/admin/ed25519.hpp"
#include "tools/admin/operators.hpp"
#include "tools/admin/signed_line.hpp"
#include "tools/admin/utc_text.hpp"

namespace emx::tools {

using nlohmann::json;

void add_sender_options(CLI::App& command, AdminLine& line) {
  command.add_option("--operator", line.key,
                     "File with the private key of who acts (`emx keygen`)");
  command.add_option("--as", line.person, "Number of who acts, in emxd's [[operator]]")
      ->check(CLI::Range(1U, admin::Operator::number_max));
  command.add_option("--id", line.id,
                     "Number that makes the request idempotent (default: a random one)");
  command.add_option("--timeout-ms", line.timeout_ms, "How long to wait for the answer")
      ->capture_default_str();
}

std::int64_t utc_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::uint64_t id_of(const AdminLine& line) {
  if (line.id != 0) return line.id;
  std::random_device random;
  const std::uint64_t high = random();
  return (high << 32 | random()) | 1;
}

std::string words_of_refusal(const json& answer) {
  const std::string reason = answer.value("reason", "refused");
  return answer.contains("name") ? answer["name"].get<std::string>() + ": " + reason : reason;
}

json ask(const AdminLine& line, const std::string& text) {
  return json::parse(admin::ask(line.socket, text, std::chrono::milliseconds{line.timeout_ms}));
}

std::string text_of(const json& request) {
  try {
    return request.dump();
  } catch (const json::type_error&) {
    throw std::runtime_error{"an argument is not text in UTF-8; write it anew"};
  }
}

std::string signed_by(const AdminLine& line, json request) {
  if (line.key.empty() || line.person == 0) {
    throw std::runtime_error{
        "who acts signs: give --operator FILE (`emx keygen` makes it) and --as "
        "NUMBER"};
  }
  request["person"] = line.person;
  request["time"] = admin::text_of_utc(utc_ns());
  return admin::signed_line(text_of(request), admin::PrivateKey::read(line.key));
}

}  // namespace emx::tools
