// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <set>
#include <string>
#include <vector>

#include "belonging/model.h"
#include "belonging/record.h"

namespace twofold::belonging {

/// What is said of one world, a line for each fact, so that two who say the same have equal sets.
/// Who is several ids goes by the first of them in the alphabet.
using Facts = std::set<std::string>;

/// Of whom, of what and of when something is said.
struct Asked {
    std::set<std::string> people;     ///< Ids that records other than aliases carry.
    std::set<std::string> customers;  ///< Likewise.
    std::set<TimeMs> times;           ///< All that are in the records, and those just before.
};
Asked asked_of(const std::vector<Record>& log);

/// How facts are written, by the model and by what is judged alike.
std::string text_of(Mode mode);
std::string line(const std::string& about, const std::set<std::string>& what);
/// What is so from time to time: a line only for when it changes.
class Series {
public:
    Series(std::string about, Facts& facts) : about_(std::move(about)), facts_(facts) {}
    /// REQUIRES: times rise.
    void at(TimeMs time, const std::set<std::string>& what);

private:
    std::string about_;
    Facts& facts_;
    std::set<std::string> last_;
    bool begun_ = false;
};

/// `from` is kEndOfTime for who is not there yet.
std::string exists_line(const std::string& name, TimeMs from);
/// An end is told if it was not later than the moment `at` that counts as now.
std::string relation_line(const std::string& user, const std::string& customer,
                          const std::string& role, TimeMs since, TimeMs until, TimeMs at);
std::string time_text(TimeMs time);

/// What the frames of a project say too: who is one, who is related when, to whom events would
/// belong.
Facts frame_facts(const Model& model, const Asked& asked);
/// What answers to questions say too: of each event that there was, of each user and customer.
Facts answer_facts(const Model& model);

/// Conditions that are asked of all, as the language spells them.
inline constexpr std::array kOfUsers = {"role is admin", "role is guest", "paying"};
inline constexpr std::array kOfCustomers = {"any user did anything",
                                            "any user with role guest did anything",
                                            "any user ever related did anything", "no user"};

}  // namespace twofold::belonging
