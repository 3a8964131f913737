// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "belonging/record.h"

namespace twofold::belonging {

/// Those that were first seen, each with its ids, and which of them are joined to which.
class Nodes {
public:
    /// One more, with a number from 0.
    int add();
    void join(int a, int b) {
        if (a != b) joins_.insert(std::minmax(a, b));
    }
    /// Whether there was such a join.
    bool part(int a, int b) { return joins_.erase(std::minmax(a, b)) > 0; }
    /// All that are one with this one, itself included.
    std::set<int> one_with(int node) const;

private:
    int size_ = 0;
    std::set<std::pair<int, int>> joins_;
};

/// Who is who among users (wire.md, Identity), record by record in the order of the log.
class Users {
public:
    /// Whose the record is; -1: nobody's.
    int take(const Record& record);
    /// Whose an anonymous id is. REQUIRES: a record had it.
    int of_anonymous(const std::string& id) const { return anonymous_.at(id); }
    /// Anonymous ids begin with ~ here.
    std::set<std::string> ids_of(int node) const;
    bool has_user_id(int node) const;

private:
    int of_user(const std::string& id);
    int claim(const std::string& user, const std::string& anonymous);
    void alias(const Record& record);
    void undo(const Record& record);

    Nodes nodes_;
    std::map<std::string, int> users_;
    std::map<std::string, int> anonymous_;
    std::map<std::string, std::string> claimed_by_;  ///< An anonymous id's user id.
};

/// Likewise customers, whose ids are their own or keys of other systems ("stripe:cus_1").
class Customers {
public:
    int take(const Record& record);
    std::set<std::string> ids_of(int node) const;

private:
    int of(const std::string& id);
    bool has_own_id(int node) const;
    void give_key(int customer, const std::string& key);
    void take_keys(int customer);
    void undo(int customer, const Record& record);

    Nodes nodes_;
    std::map<std::string, int> ids_;
    std::set<int> own_;  ///< Seen first under an id of their own.
};

}  // namespace twofold::belonging
