#include "tools/admin/ed25519.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "tools/admin/signed_line.hpp"

namespace emx::admin {
namespace {

class Ed25519 : public ::testing::Test {
 protected:
  Ed25519()
      : folder{std::filesystem::temp_directory_path() / ("emx-keys-" + std::to_string(::getpid()))},
        file{folder / "key.pem"} {
    std::filesystem::create_directories(folder);
  }
  ~Ed25519() override { std::filesystem::remove_all(folder); }

  [[nodiscard]] std::string content() const {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  // Why it cannot be read; empty: it can.
  [[nodiscard]] std::string fault() const {
    try {
      static_cast<void>(PrivateKey::read(file));
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  std::filesystem::path folder;
  std::filesystem::path file;
};

// RFC 8032, 7.1, test 2: the key in PKCS #8, its public key, and the signature of one byte.
TEST_F(Ed25519, SignsAsTheStandardSays) {
  std::ofstream{file} << "-----BEGIN PRIVATE KEY-----\n"
                         "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
                         "-----END PRIVATE KEY-----\n";
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  ASSERT_EQ(fault(), "");
  const PrivateKey key = PrivateKey::read(file);
  EXPECT_EQ(base64_of(key.public_key()), "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=");
  const Signature signature = key.sign("r");
  EXPECT_EQ(
      base64_of(signature),
      "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==");
  EXPECT_TRUE(is_signature(signature, "r", key.public_key()));
}

TEST_F(Ed25519, KnowsItsOwnSignaturesOnly) {
  const PrivateKey key = PrivateKey::make();
  Signature signature = key.sign("text");
  EXPECT_TRUE(is_signature(signature, "text", key.public_key()));
  EXPECT_FALSE(is_signature(signature, "texT", key.public_key()));
  EXPECT_FALSE(is_signature(signature, "text", PrivateKey::make().public_key()));
  for (std::byte& byte : signature) {
    byte ^= std::byte{1};
    EXPECT_FALSE(is_signature(signature, "text", key.public_key()));
    byte ^= std::byte{1};
  }
}

TEST_F(Ed25519, KeepsAKeyForItsOwnerAlone) {
  const PrivateKey key = PrivateKey::make();
  key.write(file);
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(PrivateKey::read(file).public_key(), key.public_key());
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  EXPECT_NE(fault().find("open to others"), std::string::npos);
}

TEST_F(Ed25519, WritesOverNoFile) {
  PrivateKey::make().write(file);
  const std::string before = content();
  EXPECT_THROW(PrivateKey::make().write(file), std::runtime_error);
  EXPECT_EQ(content(), before);
}

TEST_F(Ed25519, ReadsNothingElseAsAKey) {
  EXPECT_NE(fault().find("cannot read the key"), std::string::npos);
  std::ofstream{file} << "no key\n";
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  EXPECT_NE(fault().find("has no Ed25519 key"), std::string::npos);
}

TEST_F(Ed25519, HasOneTextForEachKey) {
  const PublicKey key = PrivateKey::make().public_key();
  const std::string text = base64_of(key);
  EXPECT_EQ(public_key_from_text(text), key);
  for (const std::string& other :
       {text + "\n", " " + text.substr(1), text.substr(0, 43),
        text.substr(0, 40) + "====", std::string{}, std::string(44, '='), std::string(44, '\xff'),
        // The two bits that no byte has: OpenSSL would not look at them.
        text.substr(0, 42) + static_cast<char>(text[42] + 1) + "="}) {
    EXPECT_FALSE(public_key_from_text(other)) << other;
  }
}

TEST_F(Ed25519, SignsALineByteForByte) {
  const PrivateKey key = PrivateKey::make();
  const std::string request = "{\"a\": \"\\u00e9 \xc3\xa9\",\t\"b\":1}";
  const auto read = read_line(signed_line(request, key));
  const auto* line = std::get_if<Line>(&read);
  ASSERT_NE(line, nullptr);
  EXPECT_EQ(line->text, request);
  EXPECT_TRUE(is_signed_by(*line, key.public_key()));
  EXPECT_FALSE(is_signed_by(Line{request + " ", line->signature}, key.public_key()));
  EXPECT_FALSE(is_signed_by(Line{request, {}}, key.public_key()));
  // Signed with the key, but not for this channel.
  EXPECT_FALSE(is_signed_by(Line{request, key.sign(request)}, key.public_key()));
}

TEST_F(Ed25519, SaysWhatIsWrongWithASignedLine) {
  for (const char* line :
       {R"({"signed":"x"})", R"({"signed":1,"signature":"x"})", R"({"signed":"x","signature":1})",
        R"({"signed":"x","signature":"x","more":1})"}) {
    const auto read = read_line(line);
    ASSERT_TRUE(std::holds_alternative<BadRequest>(read)) << line;
    EXPECT_EQ(std::get<BadRequest>(read).reason,
              "a signed line has the texts 'signed' and 'signature', and no more");
  }
  const auto read = read_line(R"({"signed":"x","signature":"AAAA"})");
  ASSERT_TRUE(std::holds_alternative<BadRequest>(read));
  EXPECT_EQ(std::get<BadRequest>(read).reason, "'signature' is no Ed25519 signature in base64");
}

}  // namespace
}  // namespace emx::admin
