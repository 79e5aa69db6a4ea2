#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/fix_version.hpp"
#include "gateway/quickfix.hpp"
#include "gateway/session_store.hpp"

namespace emx::fuzz {

// A FIX::Session of one version as the gateway makes it, with a client logged on whose messages all
// come in their turn; but one that does not mind when they were sent.
class SessionAuditor final : private FIX::Application,
                             private FIX::MessageStoreFactory,
                             private FIX::Responder {
 public:
  SessionAuditor(gateway::FixVersion version, const FIX::DataDictionaryProvider& dictionaries);

  // What became of a message.
  struct Outcome {
    bool is_delivered = false;  // to the application
    bool is_answered = false;   // with a message or with the end of the session
  };
  // Nothing is thrown: the session has answered it, and all it says are messages.
  Outcome hear(const std::string& message, std::uint32_t msg_seq_num);

 private:
  // FIX::Application
  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID&) override {}
  void onLogout(const FIX::SessionID&) override {}
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) override {}
  void fromAdmin(const FIX::Message&, const FIX::SessionID&) override {}
  void fromApp(const FIX::Message& message, const FIX::SessionID&) override;
  // FIX::MessageStoreFactory
  FIX::MessageStore* create(const FIX::SessionID&) override { return &store_; }
  void destroy(FIX::MessageStore*) override {}
  // FIX::Responder
  bool send(const std::string& bytes) override;
  void disconnect() override { outcome_.is_answered = true; }

  void log_on();

  gateway::FixVersion version_;
  const FIX::DataDictionaryProvider& dictionaries_;
  gateway::SessionStore store_;
  std::unique_ptr<FIX::Session> session_;
  Outcome outcome_;
};

}  // namespace emx::fuzz
