// SPDX-License-Identifier: Apache-2.0
#include "base/memory_account.h"

#include <cstddef>
#include <cstdlib>
#include <malloc.h>
#include <new>

namespace twofold {

// Counts of a thread go to the account in lumps, so that threads of one account do not fight over
// its cache line. Plain data: it must be usable before and after everything else of the thread.
struct MemoryCounter {
    static constexpr std::int64_t kLump = 64 << 10;

    MemoryAccount* account = nullptr;
    std::int64_t pending = 0;

    void settle() noexcept {
        account->bytes_.fetch_add(pending, std::memory_order_relaxed);
        pending = 0;
    }
    /// False: it would go beyond.
    bool add(std::int64_t bytes) noexcept {
        pending += bytes;
        if (pending < kLump) return true;
        settle();
        if (account->bytes() <= account->bytes_max_) return true;
        account->bytes_.fetch_sub(bytes, std::memory_order_relaxed);
        return false;
    }
    void subtract(std::int64_t bytes) noexcept {
        pending -= bytes;
        if (pending <= -kLump) settle();
    }
};

namespace {

constinit thread_local MemoryCounter counter;

/// Null: there is none, or the account does not allow it.
void* allocate(std::size_t size, std::size_t alignment) noexcept {
    if (size == 0) size = 1;
    void* const made =
        alignment <= alignof(std::max_align_t)
            ? std::malloc(size)
            : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (counter.account == nullptr || made == nullptr) return made;
    if (counter.add(static_cast<std::int64_t>(malloc_usable_size(made)))) return made;
    std::free(made);
    return nullptr;
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
    void* const made = allocate(size, alignment);
    if (made == nullptr) throw std::bad_alloc();
    return made;
}

void release(void* pointer) noexcept {
    if (counter.account != nullptr && pointer != nullptr) {
        counter.subtract(static_cast<std::int64_t>(malloc_usable_size(pointer)));
    }
    std::free(pointer);
}

}  // namespace

MemoryAccount* MemoryAccount::current() noexcept {
    return counter.account;
}

Charging::Charging(MemoryAccount* account) noexcept : before_(counter.account) {
    if (counter.account != nullptr) counter.settle();
    counter.account = account;
}

Charging::~Charging() {
    if (counter.account != nullptr) counter.settle();
    counter.account = before_;
}

}  // namespace twofold

// Every form, so that none pairs with a library's other half.
void* operator new(std::size_t size) {
    return twofold::allocate_or_throw(size, 1);
}
void* operator new[](std::size_t size) {
    return twofold::allocate_or_throw(size, 1);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return twofold::allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return twofold::allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return twofold::allocate(size, 1);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return twofold::allocate(size, 1);
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return twofold::allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return twofold::allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* pointer) noexcept {
    twofold::release(pointer);
}
void operator delete[](void* pointer) noexcept {
    twofold::release(pointer);
}
void operator delete(void* pointer, std::size_t) noexcept {
    twofold::release(pointer);
}
void operator delete[](void* pointer, std::size_t) noexcept {
    twofold::release(pointer);
}
void operator delete(void* pointer, std::align_val_t) noexcept {
    twofold::release(pointer);
}
void operator delete[](void* pointer, std::align_val_t) noexcept {
    twofold::release(pointer);
}
void operator delete(void* pointer, std::size_t, std::align_val_t) noexcept {
    twofold::release(pointer);
}
void operator delete[](void* pointer, std::size_t, std::align_val_t) noexcept {
    twofold::release(pointer);
}
void operator delete(void* pointer, const std::nothrow_t&) noexcept {
    twofold::release(pointer);
}
void operator delete[](void* pointer, const std::nothrow_t&) noexcept {
    twofold::release(pointer);
}
void operator delete(void* pointer, std::align_val_t, const std::nothrow_t&) noexcept {
    twofold::release(pointer);
}
void operator delete[](void* pointer, std::align_val_t, const std::nothrow_t&) noexcept {
    twofold::release(pointer);
}
