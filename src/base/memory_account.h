// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace twofold {

/// What one piece of work holds of the heap, whichever threads it runs on. Bounded: what would go
/// beyond is refused as the machine itself would refuse it, by std::bad_alloc, and the work ends.
/// Mapped files do not count, nor what libraries in C take.
///
/// A binary that uses this counts in operator new and delete: a nanosecond or two each where no
/// account is charged.
class MemoryAccount {
public:
    explicit MemoryAccount(std::int64_t bytes_max) : bytes_max_(bytes_max) {}
    MemoryAccount(const MemoryAccount&) = delete;
    MemoryAccount& operator=(const MemoryAccount&) = delete;

    /// The account that this thread charges; null: none.
    static MemoryAccount* current() noexcept;

    std::int64_t bytes_max() const noexcept { return bytes_max_; }
    /// Right to some ten kilobytes per thread while it is charged.
    std::int64_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

private:
    friend class Charging;
    friend struct MemoryCounter;
    const std::int64_t bytes_max_;
    std::atomic<std::int64_t> bytes_ = 0;
};

/// While it lives, what its thread allocates is the account's, and what it frees is given back,
/// whoever allocated it. May be nested: the inner one counts. Null: nobody's.
class Charging {
public:
    /// `account` is borrowed.
    explicit Charging(MemoryAccount* account) noexcept;
    ~Charging();
    Charging(const Charging&) = delete;
    Charging& operator=(const Charging&) = delete;

private:
    MemoryAccount* before_;
};

}  // namespace twofold
