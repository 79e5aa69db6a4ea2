#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace emx::tools {

// Adds subcommands of `emx admin` whose arguments fill a request, which lives as long as the app.
class AdminAdder {
 public:
  using Run = std::function<void(const nlohmann::json&)>;

  // `act`: what becomes of a request, unless a subcommand says otherwise.
  AdminAdder(CLI::App& admin, Run act) : admin_{admin}, act_{std::move(act)} {}

  struct Command {
    CLI::App* app;
    std::shared_ptr<nlohmann::json> request;

    // A name that begins with -- is an option, and else the next argument.
    const Command& text(const std::string& name, const std::string& key,
                        const std::string& help) const {
      option<std::string>(name, key, help)->required();
      return *this;
    }
    const Command& number(const std::string& name, const std::string& key,
                          const std::string& help) const {
      option<std::int64_t>(name, key, help)->required();
      return *this;
    }
    const Command& optional_text(const std::string& name, const std::string& key,
                                 const std::string& help) const {
      option<std::string>(name, key, help);
      return *this;
    }
    const Command& optional_number(const std::string& name, const std::string& key,
                                   const std::string& help) const {
      option<std::int64_t>(name, key, help);
      return *this;
    }
    // `yes` or `no`, whatever words these are.
    CLI::Option* choice(const std::string& name, const std::string& key, const std::string& yes,
                        const std::string& no, const std::string& help) const {
      return app
          ->add_option_function<std::string>(
              name, [r = request, key, yes](const std::string& s) { (*r)[key] = s == yes; },
              yes + " or " + no + help)
          ->check(CLI::IsMember({yes, no}));
    }

   private:
    template <class Value>
    CLI::Option* option(const std::string& name, const std::string& key,
                        const std::string& help) const {
      return app->add_option_function<Value>(
          name, [r = request, key](const Value& value) { (*r)[key] = value; }, help);
    }
  };

  Command add(const std::string& name, const std::string& help) { return add(name, help, act_); }
  Command add(const std::string& name, const std::string& help, Run run) {
    CLI::App* app = admin_.add_subcommand(name, help);
    auto request = std::make_shared<nlohmann::json>(nlohmann::json{{"command", name}});
    app->callback([request, how = std::move(run)] { how(*request); });
    return {app, request};
  }

 private:
  CLI::App& admin_;
  Run act_;
};

// Everything that changes something.
void add_admin_acts(AdminAdder& adder);

}  // namespace emx::tools
