// SPDX-License-Identifier: Apache-2.0
#include "project/export.h"

#include <string>

#include "model/json.h"
#include "model/record.h"
#include "project/events.h"

namespace twofold::project {

namespace {

using model::RecordBuilder;
using model::RecordType;
using model::Value;

constexpr std::size_t kLinesBytes = 1 << 20;

/// Prints records as lines, and hands them on by the megabyte.
class Lines {
public:
    explicit Lines(const OnLines& take) : take_(take) {}

    Status add(const RecordBuilder& record) {
        bytes_.clear();
        record.append_to(bytes_);
        TF_ASSIGN(const model::RecordView view, model::RecordView::parse(bytes_));
        model::append_json_line(lines_, view);
        lines_ += '\n';
        return lines_.size() < kLinesBytes ? Status{} : flush();
    }
    Status flush() {
        if (lines_.empty()) return {};
        const Status status = take_(lines_);
        lines_.clear();
        return status;
    }

private:
    const OnLines& take_;
    std::vector<std::byte> bytes_;
    std::string lines_;
};

/// What records say of the same ids: in one place, so that export and import agree.
class Exporter {
public:
    Exporter(const Project& project, const OnLines& take)
        : project_(project), world_(project.world()), lines_(take) {}

    Status run() {
        TF_TRY(users());
        TF_TRY(customers());
        TF_TRY(facts());
        TF_TRY(events());
        return lines_.flush();
    }

private:
    const directory::View& ids() const { return world_->frames->directory(); }
    std::string_view user_id(model::UserOrdinal user) const {
        return ids().id(ids().canonical(user));
    }
    std::string_view customer_id(model::CustomerOrdinal customer) const {
        return ids().id(ids().canonical(customer));
    }

    /// Names the person by its user id, or by its anonymous id when it never had one.
    void name_user(RecordBuilder& record, model::UserOrdinal user) const {
        if (ids().known(ids().canonical(user))) {
            record.user_id(user_id(user));
        } else {
            record.anonymous_id(user_id(user));
        }
    }

    /// One identify for every further id of a person: the claims and joins that made it one.
    Status users() {
        for (std::uint32_t i = 0; i < ids().user_count(); ++i) {
            const model::UserOrdinal user{i};
            if (ids().canonical(user) != user || !ids().known(user)) continue;
            const TimeMs time = ids().seen(user).first_fact;
            if (time == kEndOfTime) continue;
            TF_TRY(add_identify(user, time, {}));
            for (const directory::Id& id : ids().ids(user)) {
                if (id.kind == directory::IdKind::kAnonymous) {
                    TF_TRY(add_identify(user, time, id.text));
                } else if (id.text != user_id(user)) {
                    record_.reset(RecordType::kAlias);
                    record_.received(time).user_id(user_id(user));
                    record_.own("previousId", Value::of_string(id.text));
                    TF_TRY(lines_.add(record_));
                }
            }
        }
        return {};
    }

    Status add_identify(model::UserOrdinal user, TimeMs time, std::string_view anonymous) {
        record_.reset(RecordType::kIdentify);
        record_.received(time).time(time).user_id(user_id(user)).anonymous_id(anonymous);
        return lines_.add(record_);
    }

    Status customers() {
        for (std::uint32_t i = 0; i < ids().customer_count(); ++i) {
            const model::CustomerOrdinal customer{i};
            if (ids().canonical(customer) != customer) continue;
            const TimeMs time = ids().seen(customer).first_fact;
            for (const directory::Id& id : ids().ids(customer)) {
                if (id.text == customer_id(customer)) continue;
                const std::size_t colon = id.text.find(':');
                if (colon == std::string::npos) {
                    record_.reset(RecordType::kAlias);
                    record_.received(time).customer_id(customer_id(customer));
                    record_.own("previousCustomerId", Value::of_string(id.text));
                } else {
                    record_.reset(RecordType::kCustomer);
                    record_.received(time).time(time).customer_id(customer_id(customer));
                    record_.own("keys." + id.text.substr(0, colon),
                                Value::of_string(std::string_view(id.text).substr(colon + 1)));
                }
                TF_TRY(lines_.add(record_));
            }
        }
        return {};
    }

    Status facts() {
        Status failed;
        TF_TRY(project_.each_fact([&](const ledger::Fact& fact) {
            if (failed) failed = std::visit([this](const auto& one) { return add(one); }, fact);
        }));
        return failed;
    }

    Status add(const ledger::StatedRelation& relation) {
        record_.reset(RecordType::kRelation);
        record_.received(relation.from)
            .user_id(user_id(relation.user))
            .customer_id(customer_id(relation.customer))
            .flag(model::RecordFlag::kRemoved, relation.removed);
        record_.own("role", Value::of_string(relation.role));
        record_.own("from", Value::of_int(relation.from));
        if (relation.until != kEndOfTime) record_.own("until", Value::of_int(relation.until));
        return lines_.add(record_);
    }

    Status add(const ledger::ImpliedRelation& relation) {
        // Namings come back with the events that named.
        if (relation.by == ledger::ImpliedBy::kNaming) return {};
        record_.reset(RecordType::kGroup);
        record_.received(relation.time).time(relation.time);
        name_user(record_, relation.user);
        record_.customer_id(customer_id(relation.customer));
        record_.own("role", Value::of_string(relation.role));
        return lines_.add(record_);
    }

    // A choice and its implied relation are one `group` call, printed above.
    Status add(const ledger::Choice&) { return {}; }

    Status add(const ledger::UserTrait& trait) {
        record_.reset(RecordType::kIdentify);
        record_.received(trait.time).time(trait.time);
        name_user(record_, trait.user);
        record_.trait(trait.name, trait.value);
        return lines_.add(record_);
    }

    Status add(const ledger::CustomerTrait& trait) {
        record_.reset(RecordType::kCustomer);
        record_.received(trait.time).time(trait.time).customer_id(customer_id(trait.customer));
        switch (trait.field) {
            case ledger::CustomerField::kTrait:
                record_.trait(trait.name, trait.value);
                break;
            case ledger::CustomerField::kKind:
                record_.own("kind", trait.value);
                break;
            case ledger::CustomerField::kOwner:
                record_.own("ownerId", trait.value);
                break;
            case ledger::CustomerField::kParent:
                record_.own("parentId", parent(trait.value));
                break;
        }
        return lines_.add(record_);
    }

    Value parent(const Value& ordinal) const {
        if (ordinal.is_null()) return Value::null();
        return Value::of_string(
            customer_id(model::CustomerOrdinal{static_cast<std::uint32_t>(ordinal.integer)}));
    }

    Status add(const ledger::SubscriptionSegment& fact) {
        const money::Segment& s = fact.segment;
        record_.reset(RecordType::kSubscription);
        record_.received(fact.source_time)
            .time(fact.source_time)
            .name(s.id)
            .customer_id(customer_id(fact.customer));
        record_.own("item", Value::of_string(s.item));
        record_.own("amount", Value::of_int(s.amount));
        record_.own("currency", Value::of_string(s.currency));
        record_.own("quantity", Value::of_int(s.quantity));
        record_.own("metered", Value::of_bool(s.metered));
        record_.own("from", Value::of_int(s.from));
        if (s.every.months != 0) {
            record_.own("every.months", Value::of_int(s.every.months));
        } else if (s.every.days != 0) {
            record_.own("every.days", Value::of_int(s.every.days));
        } else {
            record_.own("every.once", Value::of_bool(true));
        }
        add_text("plan", s.plan);
        add_text("product", s.product);
        add_text("status", s.status);
        add_text("endReason", s.end_reason);
        if (s.discount != 0) {
            record_.own("discountPercent", Value::of_double(static_cast<double>(s.discount) * 100 /
                                                            money::kDiscountWhole));
        }
        if (s.amount_off != 0) record_.own("amountOff", Value::of_int(s.amount_off));
        if (s.until != kEndOfTime) record_.own("until", Value::of_int(s.until));
        if (s.trial_until != kBeginningOfTime) {
            record_.own("trialUntil", Value::of_int(s.trial_until));
        }
        if (s.renews_at != kBeginningOfTime) record_.own("renewsAt", Value::of_int(s.renews_at));
        if (s.term_months != 0) record_.own("term.months", Value::of_int(s.term_months));
        if (s.term_days != 0) record_.own("term.days", Value::of_int(s.term_days));
        return lines_.add(record_);
    }

    void add_text(std::string_view name, std::string_view text) {
        if (!text.empty()) record_.own(name, Value::of_string(text));
    }

    Status add(const ledger::CustomerPayment& fact) {
        const money::Payment& p = fact.payment;
        record_.reset(RecordType::kPayment);
        record_.received(p.time).time(p.time).name(p.id).customer_id(customer_id(fact.customer));
        record_.own("amount", Value::of_int(p.amount));
        record_.own("currency", Value::of_string(p.currency));
        record_.own("kind", Value::of_string(name_of(p.kind)));
        add_text("subscriptionId", p.subscription_id);
        return lines_.add(record_);
    }

    Status events() {
        return each_event(*world_, [this](const Event& event) {
            record_.reset(RecordType::kTrack);
            record_.received(event.time)
                .time(event.time)
                .name(event.name)
                .flag(model::RecordFlag::kAutomatic, event.automatic);
            name_user(record_, event.user);
            if (event.acting) record_.customer_id(customer_id(*event.acting));
            for (const Event::Property& property : event.properties) {
                if (property.name == kSessionProperty) {
                    record_.field(model::Section::kContext, kSessionField, property.value);
                } else {
                    record_.property(property.name, property.value);
                }
            }
            return lines_.add(record_);
        });
    }

    const Project& project_;
    std::shared_ptr<const World> world_;
    Lines lines_;
    RecordBuilder record_;
};

}  // namespace

Status export_records(const Project& project, const OnLines& take) {
    return Exporter(project, take).run();
}

}  // namespace twofold::project
