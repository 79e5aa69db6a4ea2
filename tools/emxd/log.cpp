#include "tools/emxd/log.hpp"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>

namespace emx::daemon {

namespace {

constexpr std::size_t queued_lines_max = 8'192;

// The message as a JSON string, quotes included.
class JsonMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    out.push_back('"');
    for (const char c : message.payload) append(c, out);
    out.push_back('"');
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<JsonMessage>();
  }

 private:
  static void append(char c, spdlog::memory_buf_t& out) {
    constexpr std::string_view hex = "0123456789abcdef";
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (code < 0x20) {
      for (const char u : std::string_view{"\\u00"}) out.push_back(u);
      out.push_back(hex[code >> 4]);
      out.push_back(hex[code & 15]);
    } else {
      out.push_back(c);
    }
  }
};

}  // namespace

std::shared_ptr<spdlog::logger> make_log(const std::string& level,
                                         const std::filesystem::path& file) {
  spdlog::init_thread_pool(queued_lines_max, 1);
  spdlog::sink_ptr sink;
  if (file.empty()) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else {
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
  }
  auto log = std::make_shared<spdlog::async_logger>("emxd", sink, spdlog::thread_pool(),
                                                    spdlog::async_overflow_policy::overrun_oldest);
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<JsonMessage>('*').set_pattern(
      R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%*})");
  log->set_formatter(std::move(formatter));
  log->set_level(spdlog::level::from_str(level == "warn" ? "warning" : level));
  log->flush_on(spdlog::level::warn);
  spdlog::register_logger(log);
  spdlog::flush_every(std::chrono::seconds{1});
  return log;
}

void end_log() { spdlog::shutdown(); }

}  // namespace emx::daemon
