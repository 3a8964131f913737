// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace twofold::account {

/// What a key opens: a write key takes events in (browsers carry it), a secret key does all.
enum class KeyKind : std::uint8_t { kWrite, kSecret };

struct Key {
    std::int64_t id = 0;
    KeyKind kind = KeyKind::kWrite;
    std::string name;
    std::string text;  ///< Of write keys; secret keys are known by their hash alone.
    TimeMs created_at = 0;
};

/// Another system that sends on its own, as Stripe does: the address it sends to ends with the
/// source's name, and it signs with the secret.
struct Source {
    std::string kind;  ///< "stripe".
    std::string name;
    std::string secret;  ///< Empty in lists: it is shown to nobody.
    TimeMs created_at = 0;
};

inline constexpr DurationMs kLinkLifeMs = 7 * kDayMs;
inline constexpr DurationMs kSessionLifeMs = 30 * kDayMs;
inline constexpr std::size_t kSessionsMax = 1'000;
inline constexpr std::size_t kKeysMax = 1'000;
inline constexpr std::size_t kSourcesMax = 100;
/// A source's name is part of an address: letters, digits, - and _.
inline constexpr std::size_t kSourceNameBytesMax = 64;
inline constexpr std::size_t kSourceSecretBytesMax = 512;
/// A key or source that another process made or removed counts here after this long at the latest.
inline constexpr DurationMs kKeysUnseenMs = kSecondMs;

/// Who may come in: keys, one-time links, sessions and sources, in `server.db` beside the projects.
/// Tokens are 256 random bits; the file holds only their hashes, so a copy of it signs nobody in.
/// Secrets of sources are there as they are, since a signature cannot be checked with less; so the
/// file can be read by its owner alone.
///
/// Thread-safe. Every change is on disk when the call returns.
class Accounts {
public:
    /// `path` of the SQLite file, made if missing. `clock` must outlive it.
    /// Errors: kIo, kCorrupt.
    static Result<std::unique_ptr<Accounts>> open(const std::string& path, const Clock& clock);
    virtual ~Accounts() = default;

    /// A new key; its text is never shown again for secret keys. Errors: kTooLarge, kIo.
    virtual Result<std::string> create_key(KeyKind kind, std::string_view name) = 0;
    virtual std::optional<KeyKind> find_key(std::string_view text) const = 0;
    virtual std::vector<Key> keys() const = 0;
    /// Errors: kNotFound, kIo.
    virtual Status remove_key(std::int64_t id) = 0;

    /// Adds a source, or with `replace` gives one that is there another secret.
    /// Errors: kConflict (there is one, or with `replace` one of another kind), kInvalid (a name or
    /// secret that cannot be), kTooLarge, kIo.
    virtual Status set_source(const Source& source, bool replace) = 0;
    /// With its secret. Cheap.
    virtual std::optional<Source> find_source(std::string_view kind,
                                              std::string_view name) const = 0;
    /// By name, without their secrets.
    virtual std::vector<Source> sources() const = 0;
    /// Errors: kNotFound, kIo.
    virtual Status remove_source(std::string_view kind, std::string_view name) = 0;

    /// A token that signs in once within kLinkLifeMs. Errors: kIo.
    virtual Result<std::string> create_link() = 0;
    /// A session's token for a link's. Errors: kDenied when it was used, expired or never was.
    virtual Result<std::string> redeem_link(std::string_view link) = 0;
    /// Whether a session lives. Sessions end kSessionLifeMs after they began.
    virtual bool session_lives(std::string_view session) const = 0;
    virtual Status end_session(std::string_view session) = 0;
};

}  // namespace twofold::account
