// SPDX-License-Identifier: Apache-2.0
#include "money/timeline.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "money/movements.h"

namespace twofold::money {
namespace {

__extension__ typedef __int128 Wide;  // sums of what nobody has checked must not overflow

constexpr Amount kAmountMax = kMrrMax / kMrrScale;
constexpr std::int64_t kSeatsMax = 1'000'000'000'000;

// A stretch in which one segment counts in one way: its trial, or the time after it.
struct Piece {
    TimeMs from = 0;
    TimeMs until = 0;
    const Segment* segment = nullptr;
    Mrr mrr = 0;  // in the segment's own currency
    bool trial = false;
    std::string_view end_reason;
};

// What has begun and not ended at the moment that the sweep has reached.
class Running {
public:
    explicit Running(const Rules& rules) : rules_(rules) {}

    void start(const Piece& piece) { change(piece, +1); }
    void end(const Piece& piece) { change(piece, -1); }
    void start_payment() { ++payments_; }
    void end_payment() { --payments_; }

    bool paying() const { return paying_ > 0 || payments_ > 0; }
    bool subscription_pays() const { return paying_ > 0; }
    bool in_trial() const { return trials_ > 0; }
    Mrr mrr() const { return static_cast<Mrr>(std::min<Wide>(mrr_, kMrrMax)); }
    std::int64_t seats() const {
        return static_cast<std::int64_t>(
            std::min<Wide>(seat_items_ > 0 ? seats_of_items_ : quantities_, kSeatsMax));
    }
    const Segment* largest() const {
        return by_size_.empty() ? nullptr : std::get<3>(*by_size_.begin());
    }

private:
    // Largest first, then by id and item; the pointer tells equal ones apart.
    using Size = std::tuple<Mrr, std::string_view, std::string_view, const Segment*>;

    void change(const Piece& piece, int sign) {
        const Segment& segment = *piece.segment;
        if (rules_.currency.empty() || segment.currency == rules_.currency) {
            mrr_ += sign * piece.mrr;
        }
        paying_ += piece.mrr > 0 ? sign : 0;
        trials_ += piece.trial ? sign : 0;
        const Size size{-piece.mrr, segment.id, segment.item, &segment};
        if (sign > 0) {
            by_size_.insert(size);
        } else {
            by_size_.erase(size);
        }
        if (segment.metered || segment.every == Every::once()) return;
        const Wide quantity = std::max<std::int64_t>(segment.quantity, 0);
        quantities_ += sign * quantity;
        if (segment.item == "seat" || segment.item == "seats") {
            seat_items_ += sign;
            seats_of_items_ += sign * quantity;
        }
    }

    const Rules& rules_;
    std::set<Size> by_size_;
    Wide mrr_ = 0;
    Wide quantities_ = 0;
    Wide seats_of_items_ = 0;
    int seat_items_ = 0;
    int paying_ = 0;
    int payments_ = 0;
    int trials_ = 0;
};

bool names_plan(std::string_view status) {
    return status != "canceled" && status != "incomplete" && status != "incomplete_expired";
}

bool counts_as_payment(const Payment& payment) {
    return payment.amount > 0 &&
           (payment.kind == PaymentKind::kRecurring || payment.kind == PaymentKind::kOneOff);
}

// The first moment at which something dated `time` lies more than `duration` back.
TimeMs just_after(TimeMs time, DurationMs duration) {
    return time > kEndOfTime - duration - 1 ? kEndOfTime : time + duration + 1;
}

void add_pieces(const Segment& segment, TimeMs until, std::string_view end_reason,
                std::vector<Piece>& pieces) {
    if (!names_plan(segment.status) || segment.from >= until) return;
    if (segment.status == "trialing") {
        pieces.push_back({segment.from, until, &segment, 0, true, end_reason});
        return;
    }
    const TimeMs begins = std::clamp(segment.trial_until, segment.from, until);
    if (segment.from < begins) {
        pieces.push_back({segment.from, begins, &segment, 0, true, end_reason});
    }
    if (begins < until) {
        pieces.push_back({begins, until, &segment, mrr_of(segment), false, end_reason});
    }
}

// A source that tells states one by one tells why something ended with the end itself.
std::string_view end_reason_of(const Segment& segment, const Segment* next, TimeMs until) {
    const bool ended_by_next = next != nullptr && until == next->from && !names_plan(next->status);
    return ended_by_next && !next->end_reason.empty() ? next->end_reason : segment.end_reason;
}

// Cuts the segments of each (id, item) where the next one starts.
std::vector<Piece> pieces_of(std::span<const Segment> segments) {
    std::vector<const Segment*> sorted;
    sorted.reserve(segments.size());
    for (const Segment& segment : segments)
        sorted.push_back(&segment);
    std::ranges::sort(sorted, {}, [](const Segment* segment) {
        return std::tuple(segment->id, segment->item, segment->from);
    });
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        TimeMs until = sorted[i]->until;
        const bool followed = i + 1 < sorted.size() && sorted[i + 1]->id == sorted[i]->id &&
                              sorted[i + 1]->item == sorted[i]->item;
        const Segment* next = followed ? sorted[i + 1] : nullptr;
        if (followed) until = std::min(until, next->from);
        add_pieces(*sorted[i], until, end_reason_of(*sorted[i], next, until), pieces);
    }
    return pieces;
}

// Sweeps over all starts and ends in order of time and writes down what holds in between.
class Sweep {
public:
    Sweep(const Rules& rules, CustomerMoney& money) : running_(rules), money_(money) {}

    void run(std::span<const Segment> segments, std::span<const Payment> payments,
             const Rules& rules) {
        const std::vector<Piece> pieces = pieces_of(segments);
        for (const Piece& piece : pieces) {
            moments_[piece.from].starts.push_back(&piece);
            if (piece.until != kEndOfTime) moments_[piece.until].ends.push_back(&piece);
        }
        for (const Payment& payment : payments) {
            if (!counts_as_payment(payment)) continue;
            ++moments_[payment.time].payment_starts;
            const TimeMs end = just_after(payment.time, rules.payment_counts_ms);
            if (end != kEndOfTime) ++moments_[end].payment_ends;
        }
        for (const auto& [time, moment] : moments_)
            pass(time, moment);
    }

    std::uint32_t text(std::string_view text) {
        if (text.empty()) return kNoText;
        const auto [at, made] =
            codes_.try_emplace(std::string(text), static_cast<std::uint32_t>(money_.texts.size()));
        if (made) money_.texts.emplace_back(text);
        return at->second;
    }

private:
    struct Moment {
        std::vector<const Piece*> starts;
        std::vector<const Piece*> ends;
        int payment_starts = 0;
        int payment_ends = 0;
    };

    void pass(TimeMs time, const Moment& moment) {
        for (const Piece* piece : moment.ends)
            running_.end(*piece);
        for (const Piece* piece : moment.starts)
            running_.start(*piece);
        for (int i = 0; i < moment.payment_starts; ++i)
            running_.start_payment();
        for (int i = 0; i < moment.payment_ends; ++i)
            running_.end_payment();
        const Step before = money_.steps.empty() ? Step{} : money_.steps.back();
        Step step = next_step(before, !moment.starts.empty());
        step.from = before.from;
        if (step == before) return;
        step.from = time;
        const bool ended = before.paying && !step.paying;
        add_movements(before, step, ended ? text(reason(moment)) : kNoText, money_.facts);
        money_.steps.push_back(step);
    }

    Step next_step(const Step& before, bool segment_started) {
        Step step;
        step.mrr = running_.mrr();
        step.seats = running_.seats();
        if (const Segment* largest = running_.largest(); largest != nullptr) {
            step.plan = text(largest->plan);
            step.product = text(largest->product);
        }
        subscription_paid_ = subscription_paid_ || running_.subscription_pays();
        // Payments count only for who never had a paid subscription.
        step.paying = subscription_paid_ ? running_.subscription_pays() : running_.paying();
        step.in_trial = running_.in_trial();
        step.subscribed = before.subscribed || segment_started;
        step.has_paid = before.has_paid || step.paying;
        return step;
    }

    // Of what ended now, the reason of the largest.
    static std::string_view reason(const Moment& moment) {
        const Piece* largest = nullptr;
        for (const Piece* piece : moment.ends) {
            if (largest == nullptr || piece->mrr > largest->mrr) largest = piece;
        }
        return largest == nullptr ? std::string_view() : largest->end_reason;
    }

    Running running_;
    CustomerMoney& money_;
    std::map<TimeMs, Moment> moments_;
    std::unordered_map<std::string, std::uint32_t> codes_;
    bool subscription_paid_ = false;
};

void add_payments(std::span<const Payment> payments, const Rules& rules, Sweep& sweep,
                  CustomerMoney& money) {
    std::vector<const Payment*> sorted;
    sorted.reserve(payments.size());
    for (const Payment& payment : payments)
        sorted.push_back(&payment);
    std::ranges::sort(
        sorted, {}, [](const Payment* payment) { return std::tuple(payment->time, payment->id); });
    for (const Payment* payment : sorted) {
        const Amount amount = std::clamp<Amount>(payment->amount, -kAmountMax, kAmountMax);
        const bool back =
            payment->kind == PaymentKind::kRefund || payment->kind == PaymentKind::kDispute;
        money.facts.push_back({.kind = back ? FactKind::kRefunded : FactKind::kPaid,
                               .time = payment->time,
                               .amount = amount * kMrrScale,
                               .plan = kNoText,
                               .plan_before = kNoText,
                               .product = kNoText,
                               .currency = sweep.text(payment->currency),
                               .reason = kNoText,
                               .payment_kind = payment->kind});
        if (!rules.currency.empty() && payment->currency != rules.currency) continue;
        const Amount before = money.revenue.empty() ? 0 : money.revenue.back().total;
        const Amount total =
            std::clamp(back ? before - amount : before + amount, -kMrrMax, kMrrMax);
        if (!money.revenue.empty() && money.revenue.back().time == payment->time) {
            money.revenue.back().total = total;
        } else {
            money.revenue.push_back({payment->time, total});
        }
    }
}

bool is_foreign(std::string_view currency, const Rules& rules) {
    return !rules.currency.empty() && currency != rules.currency;
}

}  // namespace

void add_movements(const Step& before, const Step& step, std::uint32_t reason,
                   std::vector<Fact>& facts) {
    const auto add = [&](FactKind kind, Mrr amount) {
        Fact fact{.kind = kind, .time = step.from, .amount = amount};
        fact.plan = step.plan;
        fact.plan_before = before.plan;
        fact.product = step.product == kNoText ? before.product : step.product;
        if (kind == FactKind::kChurned) fact.reason = reason;
        facts.push_back(fact);
    };
    if (!before.paying && step.paying) {
        add(before.has_paid ? FactKind::kReactivated : FactKind::kStarted, step.mrr);
    } else if (before.paying && !step.paying) {
        add(FactKind::kChurned, before.mrr);
    } else if (step.mrr > before.mrr) {
        add(FactKind::kExpanded, step.mrr - before.mrr);
    } else if (step.mrr < before.mrr) {
        add(FactKind::kContracted, before.mrr - step.mrr);
    }
    if (!before.in_trial && step.in_trial) add(FactKind::kTrialStarted, 0);
    if (before.in_trial && !step.in_trial) add(FactKind::kTrialEnded, 0);
}

std::string_view fact_name(FactKind kind) noexcept {
    switch (kind) {
        case FactKind::kStarted:
            return "money.started";
        case FactKind::kExpanded:
            return "money.expanded";
        case FactKind::kContracted:
            return "money.contracted";
        case FactKind::kChurned:
            return "money.churned";
        case FactKind::kReactivated:
            return "money.reactivated";
        case FactKind::kTrialStarted:
            return "money.trial_started";
        case FactKind::kTrialEnded:
            return "money.trial_ended";
        case FactKind::kPaid:
            return "money.paid";
        case FactKind::kRefunded:
            return "money.refunded";
    }
    return {};
}

std::string_view status_name(Status status) noexcept {
    switch (status) {
        case Status::kProspect:
            return "prospect";
        case Status::kTrial:
            return "trial";
        case Status::kFree:
            return "free";
        case Status::kPaying:
            return "paying";
        case Status::kPast:
            return "past";
    }
    return {};
}

const Step& CustomerMoney::at(TimeMs time) const noexcept {
    static const Step nothing;
    const auto after = std::ranges::upper_bound(steps, time, {}, &Step::from);
    return after == steps.begin() ? nothing : *(after - 1);
}

Amount CustomerMoney::revenue_at(TimeMs time) const noexcept {
    const auto after = std::ranges::upper_bound(revenue, time, {}, &RevenuePoint::time);
    return after == revenue.begin() ? 0 : (after - 1)->total;
}

TimeMs CustomerMoney::paying_since(TimeMs time) const noexcept {
    auto step = std::ranges::upper_bound(steps, time, {}, &Step::from);
    TimeMs since = kEndOfTime;
    while (step != steps.begin()) {
        --step;
        if (step->paying) {
            since = step->from;
        } else if (since != kEndOfTime) {
            break;
        }
    }
    return since;
}

CustomerMoney derive(std::span<const Segment> segments, std::span<const Payment> payments,
                     const Rules& rules) {
    CustomerMoney money;
    Sweep sweep(rules, money);
    sweep.run(segments, payments, rules);
    add_payments(payments, rules, sweep, money);
    std::ranges::stable_sort(money.facts, {},
                             [](const Fact& fact) { return std::pair(fact.time, fact.kind); });
    for (const Segment& segment : segments) {
        money.first_fact = std::min(money.first_fact, segment.from);
        money.foreign = money.foreign || is_foreign(segment.currency, rules);
    }
    for (const Payment& payment : payments) {
        money.first_fact = std::min(money.first_fact, payment.time);
        money.foreign = money.foreign || is_foreign(payment.currency, rules);
    }
    return money;
}

Status status_at(const CustomerMoney& money, TimeMs free_since, TimeMs time) noexcept {
    const Step& step = money.at(time);
    if (step.paying) return Status::kPaying;
    if (step.in_trial) return Status::kTrial;
    if (step.has_paid) return Status::kPast;
    if (step.subscribed || time >= free_since) return Status::kFree;
    return Status::kProspect;
}

}  // namespace twofold::money
