#include "gateway/framer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "gateway/tag_scan.hpp"
#include "tests/gateway/fix_client.hpp"

namespace emx::gateway::test {

namespace {

using Found = Framer::Found;

void feed(Framer& framer, std::string_view bytes) {
  const auto room = framer.room();
  ASSERT_LE(bytes.size(), room.size());
  std::memcpy(room.data(), bytes.data(), bytes.size());
  framer.commit(bytes.size());
}

struct Seen {
  std::vector<std::string> frames;
  int garbled = 0;
  bool oversize = false;
};

// All that is in `stream`, fed in pieces of at most `piece` bytes.
Seen read_all(std::string_view stream, std::size_t piece) {
  Framer framer;
  Seen seen;
  while (!stream.empty()) {
    feed(framer, stream.substr(0, piece));
    stream.remove_prefix(std::min(piece, stream.size()));
    while (true) {
      const auto next = framer.next();
      if (next.found == Found::nothing) break;
      if (next.found == Found::frame) seen.frames.emplace_back(next.bytes);
      if (next.found == Found::garbled) ++seen.garbled;
      if (next.found == Found::oversize) {
        seen.oversize = true;
        return seen;
      }
    }
  }
  return seen;
}

const std::string heartbeat = frame_of({{35, "0"}, {34, "7"}, {49, "A"}, {52, "x"}, {56, "EMX"}});
const std::string order = frame_of({{35, "D"}, {34, "8"}, {11, "8=FIX"}, {58, "10=123"}});

std::string with_wrong_checksum(std::string frame) {
  frame[frame.size() - 2] = frame[frame.size() - 2] == '5' ? '6' : '5';
  return frame;
}

TEST(Framer, FindsFramesInPiecesOfAnySize) {
  const std::string stream = heartbeat + order + heartbeat + heartbeat;
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    const Seen seen = read_all(stream, piece);
    EXPECT_EQ(seen.frames, (std::vector<std::string>{heartbeat, order, heartbeat, heartbeat}));
    EXPECT_EQ(seen.garbled, 0);
  }
}

TEST(Framer, SkipsGarbageAndGoesOn) {
  for (const std::string& noise : {std::string{"noise"}, std::string{"8=FI"},
                                   std::string{"8=FIX=8=FI"}, std::string{"\0\0", 2},
                                   std::string{"8=FIXT.1.1\x01"
                                               "35=0\x01"},
                                   std::string{"8=FIXT.1.1\x01"
                                               "9=x\x01"},
                                   std::string{"8=FIXT.1.1\x01"
                                               "9=\x01"},
                                   std::string{"8=FIX.with.a.long.version\x01"},
                                   std::string{"8=FIXT.1.1\x01"
                                               "9=5\x01"
                                               "34=1\x01"}}) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{1'000}}) {
      const Seen seen = read_all(heartbeat + noise + order, piece);
      EXPECT_EQ(seen.frames, (std::vector<std::string>{heartbeat, order})) << noise;
      EXPECT_GE(seen.garbled, 1) << noise;
    }
  }
}

TEST(Framer, TellsGarbageAtOnce) {
  EXPECT_EQ(read_all("G", 1).garbled, 1);
  EXPECT_EQ(read_all("8=FIX", 1).garbled, 0);  // it may become one
  EXPECT_EQ(read_all("8=FIXT.1.1\x01"
                     "9=5\x01"
                     "34",
                     1)
                .garbled,
            1);
}

TEST(Framer, AWrongChecksumOrLengthGarblesTheMessageToItsTrailer) {
  EXPECT_EQ(read_all(with_wrong_checksum(heartbeat) + order, 10).frames,
            std::vector<std::string>{order});
  // One that says too much reaches into the next.
  std::string longer = heartbeat;
  longer.replace(longer.find("9="), 4, "9=50");
  const Seen seen = read_all(longer + order + heartbeat, 10);
  EXPECT_EQ(seen.frames, std::vector<std::string>{heartbeat});
  EXPECT_EQ(seen.garbled, 1);
  std::string shorter = heartbeat;
  shorter.replace(shorter.find("9="), 4, "9=20");
  EXPECT_EQ(read_all(shorter + order, 10).frames, std::vector<std::string>{order});
}

// However it is cut: a start that is too long is known by its bytes, not by where a read ended.
TEST(Framer, TakesABodyLengthOfFourteenDigits) {
  const auto with_length = [](const std::string& length) {
    std::string covered = "8=FIX.4.4|9=" + length + "|35=0|";
    std::replace(covered.begin(), covered.end(), '|', '\x01');
    const std::string sum = std::to_string(1'000 + checksum_of(covered)).substr(1);
    return covered + "10=" + sum + "\x01";
  };
  const std::string longest = with_length("00000000000005");
  const std::string longer = with_length("000000000000005");
  for (const std::size_t piece : {std::size_t{1}, std::size_t{27}, std::size_t{1'000}}) {
    EXPECT_EQ(read_all(longest + order, piece).frames, (std::vector<std::string>{longest, order}));
    EXPECT_EQ(read_all(longer + order, piece).frames, std::vector<std::string>{order}) << piece;
  }
}

// Whatever its sum looks like.
TEST(Framer, EndsAGarbledMessageWithItsTrailer) {
  std::string cut = heartbeat;
  cut.replace(cut.find("\x01"
                       "10="),
              std::string::npos,
              "\x01"
              "10=0\x01");
  EXPECT_EQ(read_all(cut + order, 3).frames, std::vector<std::string>{order});
}

// One without a trailer holds up what follows for no more than the largest message there may be.
TEST(Framer, LooksForATrailerWithinTheBound) {
  std::string endless = heartbeat.substr(0, heartbeat.find("\x01"
                                                           "10=") +
                                                1);
  endless.append(frame_bytes_max, 'x');
  const Seen seen = read_all(endless + order, 4'096);
  EXPECT_EQ(seen.frames, std::vector<std::string>{order});
  EXPECT_GE(seen.garbled, 1);
}

// However often one seems to begin there: each byte is thrown away once.
TEST(Framer, PassesOverWhatHasNoTrailerAtOnce) {
  std::string stream;
  while (stream.size() < 4 * frame_bytes_max) {
    stream +=
        "8=FIX.4.4\x01"
        "9=5\x01"
        "35=A\x01";
  }
  for (const std::size_t piece : {std::size_t{100}, std::size_t{50'000}}) {
    const Seen seen = read_all(stream, piece);
    EXPECT_GE(seen.garbled, 3);
    EXPECT_LE(seen.garbled, 10);
  }
}

TEST(Framer, RefusesWhatIsAboveTheBound) {
  // A first guess at the padding, then corrected by what it misses.
  std::string padding(frame_bytes_max - 50, 'x');
  padding.append(frame_bytes_max - frame_of({{35, "B"}, {58, padding}}).size(), 'x');
  const std::string largest = frame_of({{35, "B"}, {58, padding}});
  ASSERT_EQ(largest.size(), frame_bytes_max);
  EXPECT_EQ(read_all(largest + heartbeat, 4'096).frames.size(), 2U);
  padding += 'x';
  const Seen seen = read_all(frame_of({{35, "B"}, {58, padding}}) + heartbeat, 4'096);
  EXPECT_TRUE(seen.oversize);
  EXPECT_TRUE(seen.frames.empty());
  EXPECT_TRUE(read_all("8=FIXT.1.1\x01"
                       "9=99999999999999999999999",
                       5)
                  .oversize);
}

TEST(Framer, KeepsItsBoundWhateverComes) {
  constexpr unsigned seed = 7;
  SCOPED_TRACE(seed);
  std::mt19937 random{seed};
  const std::string alphabet =
      "8=FIXT.1\x01"
      "9=35010D";
  for (int round = 0; round < 50; ++round) {
    std::string stream;
    while (stream.size() < 20'000) {
      switch (random() % 4) {
        case 0:
          stream += heartbeat;
          break;
        case 1:
          stream += with_wrong_checksum(order);
          break;
        default:
          for (int i = 0; i < 30; ++i) stream += alphabet[random() % alphabet.size()];
      }
    }
    // However it is cut, it is read the same.
    const Seen whole = read_all(stream, 1'000'000);
    const Seen pieces = read_all(stream, 1 + random() % 100);
    EXPECT_EQ(whole.frames, pieces.frames);
    EXPECT_EQ(whole.oversize, pieces.oversize);
  }
}

TEST(TagScan, ReadsFieldsInOrder) {
  TagScan scan{
      "35=D\x01"
      "11=a=b\x01"
      "58=\x01"};
  EXPECT_EQ(scan.next()->tag, 35U);
  const auto id = scan.next();
  EXPECT_EQ(id->tag, 11U);
  EXPECT_EQ(id->value, "a=b");
  EXPECT_EQ(scan.next()->value, "");
  EXPECT_FALSE(scan.next());
}

// It is told as a field with the tag 0, and what follows is read on.
TEST(TagScan, TellsWhatIsNoField) {
  for (const char* text :
       {"x=1", "=1", "35", "", "-1=1", "+1=1", "0=1", "123456=1", "99999999999=1"}) {
    const std::string frame = std::string{text} + "\x01" + "11=a\x01";
    TagScan scan{frame};
    const auto none = scan.next();
    ASSERT_TRUE(none) << text;
    EXPECT_EQ(none->tag, 0U) << text;
    EXPECT_EQ(none->value, text);
    const auto id = scan.next();
    ASSERT_TRUE(id) << text;
    EXPECT_EQ(id->tag, 11U) << text;
    EXPECT_EQ(id->value, "a") << text;
    EXPECT_FALSE(scan.next()) << text;
  }
}

TEST(TagScan, ReadsNumbersThatFitOnly) {
  EXPECT_EQ(number_of("0"), 0U);
  EXPECT_EQ(number_of("999999999"), 999'999'999U);
  for (const char* text : {"", "-1", "+1", "1x", " 1", "1000000000"}) EXPECT_FALSE(number_of(text));
}

}  // namespace

}  // namespace emx::gateway::test
