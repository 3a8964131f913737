// SPDX-License-Identifier: Apache-2.0
#include "money/add_up.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "money/movements.h"

namespace twofold::money {
namespace {

__extension__ typedef __int128 Wide;  // sums of many customers must not overflow

bool is_of(const Part& part, TimeMs time) {
    return part.from <= time && time < part.until;
}

/// The texts of all parts, each once.
class Texts {
public:
    explicit Texts(std::vector<std::string>& texts) : texts_(texts) {}

    std::uint32_t of(std::string_view text) {
        if (text.empty()) return kNoText;
        const auto [at, made] =
            codes_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
        if (made) texts_.emplace_back(text);
        return at->second;
    }

private:
    std::vector<std::string>& texts_;
    std::unordered_map<std::string, std::uint32_t> codes_;
};

/// The sums over those that are parts at the moment that was reached.
class Sums {
public:
    explicit Sums(std::span<const Part> parts) : parts_(parts), steps_(parts.size()) {}

    /// Part `i` as it is at `time`: nothing while it is none.
    void set(std::size_t i, TimeMs time) {
        add(i, -1);
        steps_[i] = is_of(parts_[i], time) ? parts_[i].money->at(time) : Step{};
        add(i, +1);
    }

    Step step(TimeMs from, Texts& texts) const {
        Step step;
        step.from = from;
        step.mrr = static_cast<Mrr>(std::min<Wide>(mrr_, kMrrMax));
        step.seats = static_cast<std::int64_t>(std::min<Wide>(seats_, kMrrMax));
        step.paying = paying_ > 0;
        step.in_trial = in_trial_ > 0;
        step.subscribed = subscribed_ > 0;
        step.has_paid = has_paid_ > 0;
        if (by_size_.empty()) return step;
        const std::size_t largest = std::get<2>(*by_size_.begin());
        const CustomerMoney& money = *parts_[largest].money;
        step.plan = texts.of(money.text(steps_[largest].plan));
        step.product = texts.of(money.text(steps_[largest].product));
        return step;
    }

private:
    void add(std::size_t i, int sign) {
        const Step& step = steps_[i];
        mrr_ += Wide{sign} * step.mrr;
        seats_ += Wide{sign} * step.seats;
        paying_ += step.paying ? sign : 0;
        in_trial_ += step.in_trial ? sign : 0;
        subscribed_ += step.subscribed ? sign : 0;
        has_paid_ += step.has_paid ? sign : 0;
        if (step.plan == kNoText) return;
        const std::tuple size(-step.mrr, parts_[i].id, i);
        if (sign > 0) {
            by_size_.insert(size);
        } else {
            by_size_.erase(size);
        }
    }

    std::span<const Part> parts_;
    std::vector<Step> steps_;                                           // of each part
    std::set<std::tuple<Mrr, std::string_view, std::size_t>> by_size_;  // largest first
    Wide mrr_ = 0;
    Wide seats_ = 0;
    std::int64_t paying_ = 0;
    std::int64_t in_trial_ = 0;
    std::int64_t subscribed_ = 0;
    std::int64_t has_paid_ = 0;
};

/// A moment at which something of a part changes.
struct Change {
    TimeMs time = 0;
    std::size_t part = 0;
};

/// Those of a part's own times that lie within it, and its ends.
template <typename Own>
std::vector<Change> changes(std::span<const Part> parts, const Own& own) {
    std::vector<Change> all;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        all.push_back({parts[i].from, i});
        if (parts[i].until != kEndOfTime) all.push_back({parts[i].until, i});
        own(*parts[i].money, [&](TimeMs time) {
            if (is_of(parts[i], time)) all.push_back({time, i});
        });
    }
    std::ranges::sort(all, {}, &Change::time);
    return all;
}

/// Calls `set` for each change of one time, then `pass` once.
template <typename Set, typename Pass>
void sweep(const std::vector<Change>& changes, const Set& set, const Pass& pass) {
    for (std::size_t i = 0; i < changes.size();) {
        const TimeMs time = changes[i].time;
        for (; i < changes.size() && changes[i].time == time; ++i)
            set(changes[i].part, time);
        pass(time);
    }
}

/// Why parts stopped paying, the largest of each moment.
std::unordered_map<TimeMs, std::uint32_t> reasons(std::span<const Part> parts, Texts& texts) {
    std::unordered_map<TimeMs, std::uint32_t> found;
    std::unordered_map<TimeMs, std::tuple<Mrr, std::string_view>> largest;
    for (const Part& part : parts) {
        for (const Fact& fact : part.money->facts) {
            if (fact.kind != FactKind::kChurned || !is_of(part, fact.time)) continue;
            const std::tuple size(-fact.amount, part.id);
            const auto [at, made] = largest.try_emplace(fact.time, size);
            if (!made && at->second < size) continue;
            at->second = size;
            found[fact.time] = texts.of(part.money->text(fact.reason));
        }
    }
    return found;
}

void add_steps(std::span<const Part> parts, Texts& texts, CustomerMoney& whole) {
    const auto ended_for = reasons(parts, texts);
    Sums sums(parts);
    const auto set = [&](std::size_t part, TimeMs time) { sums.set(part, time); };
    const auto pass = [&](TimeMs time) {
        const Step before = whole.steps.empty() ? Step{} : whole.steps.back();
        Step step = sums.step(before.from, texts);
        if (step == before) return;
        step.from = time;
        const auto reason = ended_for.find(time);
        add_movements(before, step, reason == ended_for.end() ? kNoText : reason->second,
                      whole.facts);
        whole.steps.push_back(step);
    };
    const auto own = [](const CustomerMoney& money, const auto& take) {
        for (const Step& step : money.steps)
            take(step.from);
    };
    sweep(changes(parts, own), set, pass);
}

void add_revenue(std::span<const Part> parts, CustomerMoney& whole) {
    std::vector<Amount> totals(parts.size());
    Wide sum = 0;
    const auto set = [&](std::size_t part, TimeMs time) {
        sum -= totals[part];
        totals[part] = is_of(parts[part], time) ? parts[part].money->revenue_at(time) : 0;
        sum += totals[part];
    };
    const auto pass = [&](TimeMs time) {
        const auto total = static_cast<Amount>(std::clamp<Wide>(sum, -kMrrMax, kMrrMax));
        const Amount before = whole.revenue.empty() ? 0 : whole.revenue.back().total;
        if (total != before) whole.revenue.push_back({time, total});
    };
    const auto own = [](const CustomerMoney& money, const auto& take) {
        for (const RevenuePoint& point : money.revenue)
            take(point.time);
    };
    sweep(changes(parts, own), set, pass);
}

void add_payments(std::span<const Part> parts, Texts& texts, CustomerMoney& whole) {
    for (const Part& part : parts) {
        for (Fact fact : part.money->facts) {
            const bool payment = fact.kind == FactKind::kPaid || fact.kind == FactKind::kRefunded;
            if (!payment || !is_of(part, fact.time)) continue;
            fact.currency = texts.of(part.money->text(fact.currency));
            whole.facts.push_back(fact);
        }
    }
}

}  // namespace

CustomerMoney add_up(std::span<const Part> parts) {
    CustomerMoney whole;
    Texts texts(whole.texts);
    add_steps(parts, texts, whole);
    add_revenue(parts, whole);
    add_payments(parts, texts, whole);
    std::ranges::stable_sort(whole.facts, {},
                             [](const Fact& fact) { return std::pair(fact.time, fact.kind); });
    for (const Part& part : parts) {
        whole.foreign = whole.foreign || part.money->foreign;
        const TimeMs first = std::max(part.money->first_fact, part.from);
        if (part.money->first_fact != kEndOfTime && first < part.until) {
            whole.first_fact = std::min(whole.first_fact, first);
        }
    }
    return whole;
}

}  // namespace twofold::money
