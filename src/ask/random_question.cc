// SPDX-License-Identifier: Apache-2.0
#include "ask/random_question.h"

#include <array>
#include <random>
#include <utility>

namespace twofold::ask {
namespace {

constexpr std::array<std::string_view, 16> kNames = {"Signed Up",
                                                     "Order Completed",
                                                     "use",
                                                     "say \"hi\"",
                                                     "back\\slash",
                                                     "größe",
                                                     "line\nbreak\ttab",
                                                     "and",
                                                     "x",
                                                     "-- no comment",
                                                     "admin",
                                                     "users",
                                                     "in",
                                                     "user",
                                                     "role",
                                                     "\x01"};
constexpr std::array<std::string_view, 18> kProperties = {
    "amount", "plan",   "country",      "Plan Type", "a.b.c",  "role",
    "in",     "first",  "users",        "paying",    "traits", "ti`ck",
    "a..b",   "$brand", "properties.x", "user.x",    "mrr",    "set"};

class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(seed) {}

    Question question() {
        Question q;
        switch (below(7)) {
            case 0:
                q.kind = trend();
                break;
            case 1:
                q.kind = count();
                break;
            case 2:
                q.kind = list();
                break;
            case 3:
                q.kind = retention();
                break;
            case 4:
                q.kind = sides();
                break;
            case 5:
                q.kind = Overlap();
                break;
            default:
                q.kind = funnel();
        }
        common(q);
        const bool list = std::holds_alternative<List>(q.kind);
        const bool funnel = std::holds_alternative<Funnel>(q.kind);
        const bool count = std::holds_alternative<Count>(q.kind);
        const bool sides = std::holds_alternative<Sides>(q.kind);
        const bool overlap = std::holds_alternative<Overlap>(q.kind);
        if (!list && !overlap && chance(40)) {
            q.by = by();
        }
        if (!list && !funnel && chance(40)) {
            q.every = chance(70) ? Every(interval()) : Every(InTotal{});
        }
        if (!list && !count && !sides && chance(40)) {
            q.unit = unit();
        }
        return q;
    }

private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    bool chance(std::uint64_t percent) { return below(100) < percent; }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
    }
    template <typename T>
    T one_of(std::uint64_t count) {
        return static_cast<T>(below(count));
    }
    std::string name() { return std::string(kNames[below(kNames.size())]); }
    /// Runs deeper parts less and less often; a question stays within kDepthMax.
    bool deeper() { return depth_ < 6 && chance(60); }

    Interval interval() { return one_of<Interval>(6); }
    Duration duration() { return {between(1, 120), one_of<DurationUnit>(5), {}}; }
    When when() {
        switch (below(3)) {
            case 0:
                return {Date{static_cast<int>(between(2000, 2099)),
                             static_cast<unsigned>(between(1, 12)),
                             static_cast<unsigned>(between(1, 28))},
                        {}};
            case 1: {
                static constexpr std::array<TimeMs, 4> kSteps = {1, 1'000, 60'000, 86'400'000};
                const TimeMs step = kSteps[below(4)];
                return {TimeMs{between(946'684'800'000, 4'000'000'000'000) / step * step}, {}};
            }
            default:
                return {When::Release{name()}, {}};
        }
    }
    Property property() {
        Property result{
            one_of<Owner>(4), std::string(kProperties[below(kProperties.size())]), false, {}};
        result.sent = result.owner != Owner::kRelation && chance(20);
        return result;
    }
    Literal literal() {
        switch (below(6)) {
            case 0:
                return {chance(50), {}};
            case 1:
                return {between(-1'000, 1'000'000), {}};
            case 2:
                return {static_cast<double>(between(-1'000'000, 1'000'000)) / 64, {}};
            case 3:
                return {1e-9 * static_cast<double>(between(1, 1'000)) * 1e30, {}};
            case 4:
                return {name(), {}};
            default:
                return {when(), {}};
        }
    }

    Selector selector() {
        ++depth_;
        Selector result;
        result.kind = one_of<Selector::Kind>(deeper() ? 5 : 4);
        result.first = chance(80) ? Selector::First::kNo : one_of<Selector::First>(3);
        if (result.kind == Selector::Kind::kNamed) {
            result.name = name();
        } else if (result.kind == Selector::Kind::kFact) {
            result.name = fact_names()[below(fact_names().size())];
        } else if (result.kind == Selector::Kind::kEither) {
            for (std::int64_t i = between(2, 3); i > 0; --i) {
                result.either.push_back(selector());
            }
        }
        if (deeper() && chance(40)) {
            result.where = predicate();
        }
        --depth_;
        return result;
    }
    Frame frame() {
        Frame result;
        result.kind = chance(40) ? Frame::Kind::kEver : one_of<Frame::Kind>(11);
        switch (result.kind) {
            case Frame::Kind::kEver:
            case Frame::Kind::kInTheRange:
                break;
            case Frame::Kind::kBeforeTheLast:
                result.before_last = duration();
                result.duration = duration();
                break;
            case Frame::Kind::kInTheLast:
            case Frame::Kind::kInTheFirst:
                result.duration = duration();
                break;
            case Frame::Kind::kWithinAfter:
            case Frame::Kind::kWithinBefore:
                result.duration = duration();
                result.selector = selector();
                break;
            case Frame::Kind::kAfter:
            case Frame::Kind::kBefore:
                result.selector = selector();
                break;
            case Frame::Kind::kSince:
                result.from = when();
                break;
            case Frame::Kind::kFromTo:
                result.from = when();
                result.to = when();
                break;
        }
        return result;
    }
    Measure measure(bool with_frame) {
        Measure result;
        result.aggregate = one_of<Aggregate>(16);
        if (takes_property(result.aggregate)) {
            result.property = property();
        }
        result.selector = selector();
        if (with_frame) {
            result.frame = frame();
        }
        return result;
    }
    Expression expression() {
        ++depth_;
        Expression result;
        switch (below(deeper() ? 4 : 2)) {
            case 0:
                result.node = literal();
                break;
            case 1:
                result.node = property();
                break;
            case 2:
                result.node = measure(true);
                break;
            default:
                result.node = Arithmetic{one_of<ArithmeticOp>(4), expression(), expression()};
        }
        --depth_;
        return result;
    }

    std::vector<Predicate> parts() {
        std::vector<Predicate> result;
        for (std::int64_t i = between(2, 4); i > 0; --i) {
            result.push_back(predicate());
        }
        return result;
    }
    std::vector<std::string> roles() {
        std::vector<std::string> result;
        for (std::int64_t i = chance(60) ? 0 : between(1, 3); i > 0; --i) {
            result.push_back(name());
        }
        return result;
    }
    Nested<Predicate> inner() {
        return chance(60) ? Nested<Predicate>(predicate()) : Nested<Predicate>();
    }

    Predicate predicate() {
        ++depth_;
        Predicate result;
        if (deeper()) {
            joined(result);
        } else {
            simple(result);
        }
        --depth_;
        return result;
    }
    void joined(Predicate& result) {
        switch (below(6)) {
            case 0:
                result.node = And{parts()};
                break;
            case 1:
                result.node = Or{parts()};
                break;
            case 2:
                result.node = Not{predicate()};
                break;
            case 3:
                result.node = did();
                break;
            case 4: {
                Lift lift;
                lift.quantifier = one_of<Quantifier>(5);
                lift.count = lift.quantifier == Quantifier::kAtLeastCount ? between(1, 9) : 0;
                lift.percent = lift.quantifier == Quantifier::kAtLeastShare
                                   ? static_cast<double>(between(1, 800)) / 8
                                   : 0;
                lift.ever_related = chance(20);
                lift.roles = roles();
                lift.condition = inner();
                result.node = std::move(lift);
                break;
            }
            default:
                result.node = Lower{one_of<Quantifier>(3), roles(), inner()};
        }
    }
    void simple(Predicate& result) {
        switch (below(11)) {
            case 0:
                result.node = InList{expression(), chance(50), {literal(), literal()}};
                break;
            case 1:
                result.node = TextTest{expression(), one_of<TextOp>(4), name()};
                break;
            case 2:
                result.node = IsSet{expression(), chance(50)};
                break;
            case 3:
                result.node = IsTrue{property()};
                break;
            case 4:
                result.node = DateWithin{expression(), chance(50), duration()};
                break;
            case 5:
                result.node = DateSide{expression(), chance(50), when()};
                break;
            case 6:
                result.node = InSegment{name()};
                break;
            case 7:
                result.node = RoleIs{name()};
                break;
            case 8:
                result.node = RelatedTo{name()};
                break;
            case 9:
                result.node = Answered{name(), one_of<CompareOp>(6), literal()};
                break;
            default:
                result.node = Comparison{expression(), one_of<CompareOp>(6), expression()};
        }
    }
    Did did() {
        Did result;
        result.negated = chance(30);
        result.steps.push_back(selector());
        if (chance(30)) {
            result.steps.push_back(selector());
            if (chance(50)) {
                result.within = duration();
            }
        } else if (chance(40)) {
            result.times = Times{one_of<TimesOp>(3), between(0, 5)};
        }
        result.frame = frame();
        return result;
    }

    Trend trend() {
        Trend result;
        for (std::int64_t i = between(1, 3); i > 0; --i) {
            TrendMeasure one;
            one.measure = measure(false);
            if (chance(20)) {
                one.divided_by = measure(false);
            }
            one.smoothing = chance(60) ? Smoothing::kNone : one_of<Smoothing>(3);
            one.rolling_days = one.smoothing == Smoothing::kRolling ? between(1, 60) : 0;
            result.measures.push_back(std::move(one));
        }
        return result;
    }
    Count count() {
        Count result;
        result.counted = one_of<Counted>(3);
        for (std::int64_t i = between(0, 2); i > 0; --i) {
            result.aggregates.push_back(
                {static_cast<Aggregate>(between(std::to_underlying(Aggregate::kSum),
                                                std::to_underlying(Aggregate::kP90))),
                 expression(),
                 {}});
        }
        if (chance(30)) {
            result.among.emplace().where = inner();
        }
        return result;
    }
    List list() {
        List result;
        result.counted = one_of<Counted>(5);
        for (std::int64_t i = between(0, 3); i > 0; --i) {
            result.show.push_back({expression(), chance(50) ? name() : ""});
        }
        for (std::int64_t i = between(0, 2); i > 0; --i) {
            SortKey key;
            if (chance(50)) {
                key.by = name();
            } else {
                key.by = Expression{property(), {}};
            }
            key.descending = chance(50);
            result.sort.push_back(std::move(key));
        }
        if (chance(30)) {
            result.limit = between(1, 1'000);
        }
        return result;
    }
    Funnel funnel() {
        Funnel result;
        for (std::int64_t i = between(2, 4); i > 0; --i) {
            result.steps.push_back(selector());
        }
        if (chance(50)) {
            result.within = duration();
        }
        result.order = one_of<FunnelOrder>(3);
        for (std::int64_t i = between(0, 2); i > 0; --i) {
            Exclusion one;
            one.selector = selector();
            one.from_step = chance(50) ? 0 : 1;
            one.to_step = one.from_step == 0 ? 0 : 2;
            one.ends_attempt = chance(30);
            result.excluding.push_back(std::move(one));
        }
        result.entries_only = chance(30);
        if (chance(20)) {
            result.holding = property();
        }
        if (chance(20)) {
            result.times = StepPair{1, 2, {}};
        }
        if (chance(20)) {
            result.entering = interval();
        }
        return result;
    }
    Retention retention() {
        Retention result;
        result.start = selector();
        result.back = selector();
        if (chance(30)) {
            result.times = between(1, 5);
        }
        result.on_or_after = chance(30);
        result.rolling = chance(30);
        result.every_start = chance(30);
        if (chance(60)) {
            result.periods = Periods{between(1, 60), interval(), {}};
        }
        return result;
    }
    Sides sides() {
        Sides result;
        if (chance(60)) {
            result.used = selector();
        }
        result.flows = chance(40);
        return result;
    }

    Unit unit() {
        Unit result;
        result.kind = one_of<Unit::Kind>(4);
        if (result.kind == Unit::Kind::kEach) {
            result.each = property();
        }
        return result;
    }
    By by() {
        By result;
        for (std::int64_t i = between(1, 2); i > 0; --i) {
            result.items.push_back(breakdown());
        }
        if (chance(40)) {
            result.top = between(1, 50);
        }
        if (chance(40)) {
            result.touch = Touch{one_of<Touch::Kind>(4), 0, {}};
            result.touch->step = result.touch->kind == Touch::Kind::kStep ? 2 : 0;
        }
        return result;
    }
    Breakdown breakdown() {
        Breakdown result;
        switch (below(4)) {
            case 0:
                result.value = one_of<Breakdown::Whole>(2);
                break;
            case 1:
                result.value = Breakdown::Segments{{name(), name()}};
                break;
            case 2: {
                // A property that stands alone is a value, not a condition.
                Predicate condition = predicate();
                if (std::holds_alternative<IsTrue>(condition.node)) {
                    condition.node = Not{condition};
                }
                result.value = std::move(condition);
                break;
            }
            default:
                result.value = expression();
                if (chance(30)) {
                    result.bins.emplace().width = static_cast<double>(between(1, 100)) / 4;
                } else if (chance(30)) {
                    result.bins.emplace().count = between(1, 100);
                }
        }
        return result;
    }
    void common(Question& q) {
        q.rolled_up = chance(10);
        if (chance(60)) {
            q.where = predicate();
        }
        switch (below(6)) {
            case 0:
                q.range = Range{LastIntervals{between(1, 60), interval()}, {}};
                break;
            case 1:
                q.range = Range{FromTo{when(), when()}, {}};
                break;
            case 2:
                q.range = Range{Since{when()}, {}};
                break;
            case 3:
                q.range = Range{AllTime{}, {}};
                break;
            default:
                break;
        }
        if (chance(20)) {
            q.relations = one_of<RelationsAsOf>(3);
        }
        if (chance(20)) {
            q.facts = one_of<FactsAsOf>(2);
        }
        if (chance(20)) {
            q.zone = name();
        }
        if (chance(20)) {
            q.weeks_from = one_of<WeekStart>(2);
        }
        if (chance(20)) {
            q.at = when();
        }
        if (chance(20)) {
            q.judged = one_of<Judged>(3);
        }
        q.including_everyone = chance(10);
        if (chance(20)) {
            q.against.emplace();
            switch (below(4)) {
                case 0:
                    break;
                case 1:
                    q.against->value = Against::LastYear{};
                    break;
                case 2:
                    q.against->value = FromTo{when(), when()};
                    break;
                default:
                    q.against->value = when();
            }
        }
    }

    std::mt19937_64 random_;
    int depth_ = 0;
};

}  // namespace

Question random_question(std::uint64_t seed) {
    return Generator(seed).question();
}

}  // namespace twofold::ask
