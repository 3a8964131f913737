// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/ask_request.h"
#include "app/commands.h"
#include "app/data_folder.h"
#include "app/remote.h"
#include "ask/answer_print.h"
#include "ask/parse.h"
#include "project/asking.h"

namespace twofold::app {

namespace {

struct AskArguments {
    std::string data = kDataFolderDefault;
    std::string url;
    std::string key;
    std::string question;
    std::string format = "table";
    std::string at;
    std::string open;
    unsigned threads = 2;
};

ask::AnswerFormat format_of(const std::string& name) {
    if (name == "json") return ask::AnswerFormat::kJson;
    if (name == "csv") return ask::AnswerFormat::kCsv;
    if (name == "ndjson") return ask::AnswerFormat::kNdjson;
    if (name == "markdown") return ask::AnswerFormat::kMarkdown;
    return ask::AnswerFormat::kTable;
}

std::string request_body(const AskArguments& arguments) {
    nlohmann::json body = {{"ask", arguments.question}};
    if (!arguments.at.empty()) body["at"] = arguments.at;
    if (!arguments.open.empty())
        body["open"] = nlohmann::json::parse(arguments.open, nullptr, false);
    return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Status ask_server(const AskArguments& arguments) {
    const Remote remote{arguments.url, arguments.key};
    TF_TRY(remote.check());
    http::Outgoing request = remote.request("/v1/ask");
    request.body = request_body(arguments);
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", api::content_type(format_of(arguments.format)));
    TF_ASSIGN(const http::Incoming answer, http::post(request));
    if (answer.status != 200) return std::unexpected(problem_of(answer));
    fmt::print("{}{}", answer.body, answer.body.ends_with('\n') ? "" : "\n");
    return {};
}

Status ask_folder(const AskArguments& arguments) {
    TF_TRY(ask::parse(arguments.question));  // a typing mistake needs no folder
    TF_ASSIGN(const auto project, open_existing_project(arguments.data));
    TF_ASSIGN(const Zone zone, Zone::find(project->settings().zone));
    TF_ASSIGN(const api::AskRequest request, api::read_ask_request(request_body(arguments), zone));
    project::Asking asking(*project, Clock::real(), arguments.threads);
    TF_ASSIGN(const ask::Answer answer, asking.backend().answer(request.question, request.options));
    const std::string text = ask::format_answer(answer, format_of(arguments.format));
    fmt::print("{}{}", text, text.ends_with('\n') ? "" : "\n");
    return {};
}

}  // namespace

void add_ask(CLI::App& cli, Outcome& outcome) {
    auto arguments = std::make_shared<AskArguments>();
    CLI::App* command = cli.add_subcommand("ask", "Ask a question of a data folder or a server");
    command->add_option("question", arguments->question, "For example: count users")->required();
    command->add_option("--data", arguments->data, "Data folder")->capture_default_str();
    command->add_option("--url", arguments->url, "Ask this server instead");
    command->add_option("--key", arguments->key, "Its secret key");
    command->add_option("--format", arguments->format, "How to print the answer")
        ->check(CLI::IsMember({"table", "json", "csv", "ndjson", "markdown"}))
        ->capture_default_str();
    command->add_option("--at", arguments->at, "What counts as now: a date or an instant");
    command->add_option("--open", arguments->open, R"(A cell to open, such as {"step": 2})");
    command->add_option("--threads", arguments->threads, "Threads to use")
        ->check(CLI::Range(1U, 64U))
        ->capture_default_str();
    command->callback([arguments, &outcome] {
        outcome = arguments->url.empty() ? ask_folder(*arguments) : ask_server(*arguments);
    });
}

}  // namespace twofold::app
