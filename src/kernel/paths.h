// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "kernel/packed_table.h"

// Which way people go (ask.md, paths): codes of events or of their values, one after the other
// within a session. Sessions::cut() tells where sessions begin.
namespace twofold::kernel {

inline constexpr std::uint32_t kPathStepsMax = 8;

struct PathRules {
    std::uint32_t steps = 5;    ///< At most so many, 2 to kPathStepsMax: the first ones.
    bool keep_repeats = false;  ///< Else equal neighbours are one step, at the first one's time.
    /// From its first occurrence on; a session without it has no path.
    std::optional<std::uint32_t> starting_at{};
    /// Up to its first occurrence, counted from `starting_at` if there is one; of more steps than
    /// `steps` the last ones. A session without it has no path.
    std::optional<std::uint32_t> ending_at{};
};

/// The path of one session.
struct Path {
    std::span<const std::uint32_t> rows;  ///< One a step: the row where it is first seen.
    bool ends = false;                    ///< No step comes after the last one.
};

/// So many codes that a path of kPathStepsMax steps is a key of 128 bits at the most.
inline constexpr std::uint32_t kPathCodesMax = 65'535;

/// How many bits a code takes in a packed path: codes are 0 … code_count - 1, and none is 0.
/// REQUIRES, to pack: code_count <= kPathCodesMax.
constexpr unsigned path_bits(std::uint32_t code_count) noexcept {
    return static_cast<unsigned>(std::bit_width(code_count));
}

/// Finds the paths of one person's rows. Codes are bytes or shorts. One thread.
class Paths {
public:
    explicit Paths(const PathRules& rules);

    /// Calls `function(session, path)` for each session that has a path. The path lives for the
    /// call. `begins` as Sessions::cut() tells them.
    template <typename Code, typename Function>
    void each(std::span<const Code> codes, std::span<const std::uint32_t> begins,
              Function&& function) {
        for (std::uint32_t session = 0; session + 1 < begins.size(); ++session) {
            if (find(codes, begins[session], begins[session + 1])) {
                function(session, Path{rows_, ends_});
            }
        }
    }

    /// The same paths with a step's code in `bits` bits, the first step in the highest, written to
    /// `keys`; how many. REQUIRES: steps × bits fit a key; room for a key per session.
    template <typename Key, typename Code>
    std::uint32_t pack(std::span<const Code> codes, std::span<const std::uint32_t> begins,
                       unsigned bits, Key* keys);

private:
    template <typename Code>
    bool find(std::span<const Code> codes, std::uint32_t begin, std::uint32_t end);
    template <typename Key, typename Code>
    void pack_plain(std::span<const Code> codes, std::span<const std::uint32_t> begins,
                    unsigned bits, Key* keys);

    PathRules rules_;
    std::vector<std::uint32_t> rows_;
    bool ends_ = false;
    std::vector<std::uint8_t> begins_session_;  // by row; all 0 between calls
};

/// The codes of a packed path, first step first.
template <typename Key>
std::vector<std::uint32_t> unpack_path(Key key, unsigned bits) {
    std::vector<std::uint32_t> codes;
    const Key mask = (Key{1} << bits) - 1;
    for (; key != 0; key >>= bits)
        codes.insert(codes.begin(), static_cast<std::uint32_t>(key & mask) - 1);
    return codes;
}

/// Instead of a code: leaving, and the codes that are not among the biggest of their step.
inline constexpr std::uint32_t kPathLeft = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint32_t kPathOther = kPathLeft - 1;

/// Paths that go from one code at a step to another at the next one.
struct PathEdge {
    std::uint32_t step = 1;  ///< The source's, from 1.
    std::uint32_t source = 0;
    std::uint32_t target = 0;  ///< Or kPathLeft.
    std::uint64_t count = 0;
    std::uint64_t duration_ms = 0;  ///< All together; 0 for leaving.
    bool operator==(const PathEdge&) const = default;
};

/// Counts steps of paths. At each node of a step before the last one, in = out + left. A value per
/// thread; add those of threads with merge(). Cost: about 64 bytes a distinct edge.
class PathEdges {
public:
    explicit PathEdges(std::uint32_t steps) : steps_(steps) {}

    /// `times` and `codes` by row; codes are below kPathCodesMax.
    template <typename Code, typename Times>
    void add(const Path& path, std::span<const Code> codes, const Times& times) {
        for (std::uint32_t i = 0; i + 1 < path.rows.size(); ++i) {
            const std::uint32_t from = path.rows[i];
            const std::uint32_t to = path.rows[i + 1];
            Sum& sum = edges_.at(key_of(i + 1, codes[from], codes[to]));
            ++sum.count;
            sum.duration_ms += static_cast<std::uint64_t>(times.at(to) - times.at(from));
        }
        const auto last = static_cast<std::uint32_t>(path.rows.size());
        if (path.ends && last < steps_)
            ++edges_.at(key_of(last, codes[path.rows.back()], kLeft)).count;
    }
    void merge(const PathEdges& other);

    /// All edges, by step, source and target. Of each step the `top` biggest nodes keep their code
    /// (ties: the smaller code), the others become kPathOther.
    std::vector<PathEdge> edges(std::size_t top) const;

private:
    static constexpr std::uint32_t kLeft = (1U << 24) - 1;
    struct Sum {
        std::uint64_t count = 0;
        std::uint64_t duration_ms = 0;
    };
    static std::uint64_t key_of(std::uint32_t step, std::uint32_t source, std::uint32_t target) {
        return std::uint64_t{step} << 48 | std::uint64_t{source} << 24 | target;
    }

    std::uint32_t steps_;
    PackedTable<std::uint64_t, Sum> edges_;
};

}  // namespace twofold::kernel
