#include "tools/admin/signed_line.hpp"

#include <nlohmann/json.hpp>

#include "tools/admin/fields.hpp"
#include "tools/admin/json_text.hpp"

namespace emx::admin {

namespace {

using nlohmann::json;

std::string bytes_to_sign(std::string_view request) {
  return "emx-admin-1\n" + std::string{request};
}

}  // namespace

bool is_whole(std::string_view text) { return text.find('\0') == std::string_view::npos; }

std::variant<Line, BadRequest> read_line(std::string_view line) {
  json object;
  try {
    object = read_json("the line", line);
  } catch (const Fault& fault) {
    return BadRequest{fault.what()};
  }
  if (!object.is_object() || !object.contains("signed")) return Line{std::string{line}, {}};
  if (object.size() != 2 || !object.contains("signature") || !object["signed"].is_string() ||
      !object["signature"].is_string()) {
    return BadRequest{"a signed line has the texts 'signed' and 'signature', and no more"};
  }
  const auto signature = signature_from_text(object["signature"].get<std::string>());
  if (!signature) return BadRequest{"'signature' is no Ed25519 signature in base64"};
  return Line{object["signed"].get<std::string>(), signature};
}

std::string signed_line(std::string_view request, const PrivateKey& key) {
  return json{{"signed", request}, {"signature", base64_of(key.sign(bytes_to_sign(request)))}}
      .dump();
}

bool is_signed_by(const Line& line, const PublicKey& key) {
  return line.signature && is_signature(*line.signature, bytes_to_sign(line.text), key);
}

}  // namespace emx::admin
