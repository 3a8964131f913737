// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "oracle/record.h"

namespace twofold::oracle {

/// Nodes that were numbered as they came, and joins between them in the order of the log.
class Joins {
public:
    std::size_t add(std::string id);
    void rename(std::size_t node, std::string id) { ids_[node] = std::move(id); }
    void join(std::size_t previous, std::size_t target, std::string label = "");
    void undo(const std::string& label);
    /// Each node's group: numbered by the groups' first nodes, named by the node joined to.
    struct Groups {
        std::vector<std::size_t> of_node;
        std::vector<std::string> ids;
    };
    Groups groups() const;

private:
    struct Join {
        std::size_t previous;
        std::size_t target;
        std::string label;
    };
    std::vector<std::string> ids_;
    std::vector<Join> joins_;
};

/// Which person and which customer each record is about, decided once, in the order of the log
/// (wire.md, Identity). -1: none.
struct Identities {
    std::vector<int> person_of;    ///< By record.
    std::vector<int> parent_of;    ///< The parent that a record names, likewise.
    std::vector<int> customer_of;  ///< By record.
    std::vector<std::string> people;
    std::vector<bool> known;  ///< By person: has a user id.
    std::vector<std::string> customers;
    std::map<std::string, int> customer_ids;  ///< Own ids and keys.
    /// By person: the customers of its user ids, the one of the id that is shown first. Only where
    /// every user has a customer of the same id.
    std::vector<std::vector<int>> selves;
};
Identities identify(const std::vector<Record>& records, bool self_customers);

}  // namespace twofold::oracle
