#include "ledger/note.hpp"

#include <gtest/gtest.h>

#include <string>

#include "ledger/checkpoint.hpp"

namespace emx::ledger {
namespace {

const std::string name = "emx/EMX";
const std::string text = "emx/EMX\n1\nhello\n";

class NoteTest : public ::testing::Test {
 protected:
  PrivateKey key_ = PrivateKey::make();
  VerifierKey verifier_{name, KeyKind::ed25519, key_.public_key()};
  Note note_{text, {sign_note(text, name, key_)}};
};

TEST_F(NoteTest, ReadsBackWhatItWrites) {
  const auto read = note_from_text(text_of(note_));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text, text);
  EXPECT_EQ(read->signatures, note_.signatures);
  EXPECT_EQ(look_for_signature(*read, verifier_), Signed::good);
  EXPECT_TRUE(text_of(note_).starts_with(text + "\n\xe2\x80\x94 emx/EMX "));
}

// The example of the package golang.org/x/mod/sumdb/note.
TEST(Note, VerifiesANoteOfGosChecksumDatabase) {
  const auto key =
      verifier_key_from_text("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  ASSERT_TRUE(key);
  const auto note = note_from_text(
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n\n"
      "\xe2\x80\x94 PeterNeumann "
      "x08go/ZJkuBS9UG/"
      "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n");
  ASSERT_TRUE(note);
  EXPECT_EQ(look_for_signature(*note, *key), Signed::good);
}

// Of a witness that others run: the id depends on the kind of the key.
TEST(Note, ReadsTheKeyOfAWitness) {
  const auto key = verifier_key_from_text(
      "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->kind, KeyKind::cosignature);
}

TEST_F(NoteTest, FindsAnyChangedByteOfTextAndSignature) {
  const std::string whole = text_of(note_);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto read = note_from_text(changed);
    EXPECT_FALSE(read && look_for_signature(*read, verifier_) == Signed::good) << i;
  }
}

TEST_F(NoteTest, ReadsNoNoteThatIsCutOrLonger) {
  const std::string whole = text_of(note_);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_FALSE(note_from_text(whole.substr(0, i))) << i;
  }
  EXPECT_FALSE(note_from_text(whole + '\n'));
  EXPECT_FALSE(note_from_text(whole + "x\n"));
  EXPECT_FALSE(note_from_text(whole + '\0'));
}

TEST_F(NoteTest, HoldsToItsBounds) {
  Note many = note_;
  while (many.signatures.size() < note_signatures_max)
    many.signatures.push_back(note_.signatures[0]);
  EXPECT_TRUE(note_from_text(text_of(many)));
  many.signatures.push_back(note_.signatures[0]);
  EXPECT_FALSE(note_from_text(text_of(many)));
  const std::string long_text = std::string(note_bytes_max, 'a') + '\n';
  EXPECT_FALSE(note_from_text(text_of(Note{long_text, note_.signatures})));
  Note control = note_;
  control.text = "a\tb\n";
  EXPECT_FALSE(note_from_text(text_of(control)));
  control.text = "\xc0\xaf\n";  // not the shortest form
  EXPECT_FALSE(note_from_text(text_of(control)));
}

TEST_F(NoteTest, PassesOverKeysItDoesNotKnowAndNoneItDoes) {
  const PrivateKey other = PrivateKey::make();
  Note both = note_;
  both.signatures.insert(both.signatures.begin(), sign_note(text, "someone", other));
  EXPECT_EQ(look_for_signature(both, verifier_), Signed::good);
  EXPECT_EQ(look_for_signature(both, {name, KeyKind::ed25519, other.public_key()}),
            Signed::not_signed);
  EXPECT_EQ(look_for_signature(both, {"someone", KeyKind::ed25519, other.public_key()}),
            Signed::good);
  both.signatures.push_back(note_.signatures[0]);
  both.signatures.back().bytes[3] ^= std::byte{1};
  EXPECT_EQ(look_for_signature(both, verifier_), Signed::bad);
}

TEST_F(NoteTest, ReadsAKeyOnlyAsItWroteIt) {
  const std::string whole = text_of(verifier_);
  EXPECT_EQ(verifier_key_from_text(whole), verifier_);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(verifier_key_from_text(changed)) << changed;
    EXPECT_FALSE(verifier_key_from_text(whole.substr(0, i)));
  }
  EXPECT_FALSE(is_key_name(""));
  EXPECT_FALSE(is_key_name("a b"));
  EXPECT_FALSE(is_key_name("a+b"));
  EXPECT_FALSE(is_key_name("a\xe3\x80\x80z"));  // an ideographic space
  EXPECT_TRUE(is_key_name("\xe4\xb8\x8a\xe6\xb5\xb7"));
}

TEST_F(NoteTest, KnowsAWitnessAndItsTime) {
  const PrivateKey key = PrivateKey::make();
  const VerifierKey witness{"witness", KeyKind::cosignature, key.public_key()};
  note_.signatures.push_back(cosign_note(text, "witness", key, 1'700'000'000));
  EXPECT_EQ(cosigned_at_s(note_, witness), 1'700'000'000);
  EXPECT_EQ(verifier_key_from_text(text_of(witness)), witness);
  EXPECT_EQ(look_for_signature(note_, verifier_), Signed::good);
  note_.signatures.back().bytes[7] ^= std::byte{1};  // the time
  EXPECT_EQ(cosigned_at_s(note_, witness), std::nullopt);
  EXPECT_EQ(look_for_signature(note_, witness), Signed::bad);
}

TEST(CheckpointText, IsReadOnlyAsItIsWritten) {
  Checkpoint checkpoint{origin_of("EMX"), {7, {}}, {}, 0x00ff12};
  checkpoint.tree.root[0] = std::byte{0xab};
  checkpoint.head[31] = std::byte{0xcd};
  const std::string whole = text_of(checkpoint);
  EXPECT_TRUE(whole.starts_with("emx/EMX\n7\nqwAA")) << whole;
  EXPECT_TRUE(whole.ends_with("cd\ndigest 000000000000ff12\n")) << whole;
  EXPECT_EQ(checkpoint_from_text(whole), checkpoint);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_FALSE(checkpoint_from_text(whole.substr(0, i)));
  }
  EXPECT_FALSE(checkpoint_from_text(whole + "more\n"));
  for (const char* size : {"0", "07", "-1", "18446744073709551616", "7 ", "+7"}) {
    std::string other = whole;
    other.replace(8, 1, size);
    EXPECT_FALSE(checkpoint_from_text(other)) << other;
  }
  checkpoint.tree.size = ~std::uint64_t{0};
  EXPECT_EQ(checkpoint_from_text(text_of(checkpoint)), checkpoint);
}

TEST(CheckpointText, HasTheVenueAsItsOrigin) {
  EXPECT_EQ(origin_of("EMX"), "emx/EMX");
  EXPECT_EQ(origin_of("Yangtze Delta+1"), "emx/Yangtze%20Delta%2B1");
  EXPECT_EQ(origin_of("\xe4\xb8\x8a"), "emx/%E4%B8%8A");
  EXPECT_TRUE(is_key_name(origin_of("a\nb\x01 %")));
}

TEST(CheckpointText, CountsOnlyWithASignatureOfTheVenue) {
  const Checkpoint checkpoint{origin_of("EMX"), {7, {}}, {}, 1};
  const PrivateKey key = PrivateKey::make();
  const std::string body = text_of(checkpoint);
  const Note note{body, {sign_note(body, checkpoint.origin, key)}};
  const VerifierKey known{checkpoint.origin, KeyKind::ed25519, key.public_key()};
  Checkpoint read;
  EXPECT_EQ(fault_of(note, {&known, 1}, read), "");
  EXPECT_EQ(read, checkpoint);
  EXPECT_NE(fault_of(note, {}, read), "");
  const VerifierKey other{checkpoint.origin, KeyKind::ed25519, PrivateKey::make().public_key()};
  EXPECT_NE(fault_of(note, {&other, 1}, read), "");
  // The venue's key under another name is another venue's.
  const Note renamed{body, {sign_note(body, "emx/OTHER", key)}};
  const VerifierKey elsewhere{"emx/OTHER", KeyKind::ed25519, key.public_key()};
  EXPECT_NE(fault_of(renamed, {&elsewhere, 1}, read), "");
}

}  // namespace
}  // namespace emx::ledger
