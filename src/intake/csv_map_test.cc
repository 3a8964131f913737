// SPDX-License-Identifier: Apache-2.0
#include "intake/csv_map.h"

#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>

#include "intake/csv_kinds.h"

namespace twofold::intake {
namespace {

// "message / suggestion".
std::string error_of(std::string_view map) {
    const auto parsed = CsvMap::parse(map);
    if (parsed) return "no error";
    return parsed.error().message + " / " + parsed.error().suggestion;
}

std::string canonical_of(std::string_view map) {
    const auto parsed = CsvMap::parse(map);
    return parsed ? parsed->canonical() : parsed.error().message;
}

TEST(CsvMap, SaysWhichColumnIsWhichField) {
    const auto map = CsvMap::parse(
        "relation  userId=\"E-mail: work\" customerId=acc role=const:\"outside \"\"x\"\"\" "
        "from=date(%d.%m.%Y %H:%M@Europe/Berlin):Start\n until=date:End");
    ASSERT_FALSE(map) << "date needs its form";
    const auto sound = CsvMap::parse(
        "relation  userId=\"E-mail: work\" customerId=acc role=const:\"outside \"\"x\"\"\" "
        "from=date(%d.%m.%Y %H:%M@Europe/Berlin):Start\n until=End");
    ASSERT_TRUE(sound) << sound.error().message;
    EXPECT_EQ(sound->type(), "relation");
    EXPECT_EQ(sound->canonical(),
              "relation\ncustomerId=():acc\nfrom=date(%d.%m.%Y %H:%M@Europe/Berlin):Start\n"
              "role=const():outside \"x\"\nuntil=():End\nuserId=():E-mail: work");
}

TEST(CsvMap, TheSameMapInAnotherOrderIsTheSame) {
    EXPECT_EQ(canonical_of("identify userId=a traits.b=c"),
              canonical_of("identify traits.b=\"c\"   userId=a"));
    EXPECT_NE(canonical_of("identify userId=a traits.b=c"),
              canonical_of("identify userId=a traits.b=text:c"));
    EXPECT_NE(canonical_of("identify userId=a traits.b=const:c"),
              canonical_of("identify userId=a traits.b=c"));
    EXPECT_NE(canonical_of("identify userId=a traits.b=number:c"),
              canonical_of("identify userId=a traits.b=number(,):c"));
    EXPECT_NE(canonical_of("identify userId=a"), canonical_of("identify userId=a traits=*"));
}

TEST(CsvMap, EveryKindHasItsExample) {
    for (const std::string_view map :
         {"track event=const:x userId=u properties.a.b=c context.groupId=g timestamp=t",
          "page userId=u name=n properties=*", "screen anonymousId=u name=n",
          "identify userId=u traits=*", "alias previousId=a userId=b",
          "alias previousCustomerId=a customerId=b undo=const:true",
          "group groupId=g userId=u role=r traits.plan=p", "relation userId=u customerId=c from=f",
          "customer customerId=c keys.stripe=s traits.name=n parentId=p",
          "subscription id=i customerId=c amount=money:a currency=const:EUR every=e from=f "
          "term=const:\"6 months\"",
          "payment id=i customerId=c amount=a currency=b time=date(unix):t"}) {
        EXPECT_EQ(error_of(map), "no error") << map;
    }
}

TEST(CsvMap, AWrongMapGetsTheWordAndWhatWasMeant) {
    EXPECT_EQ(error_of("relations userId=a"),
              "--map: it begins with a kind of record (relation, customer, identify, group, alias, "
              "subscription, payment, track, page, screen), not with \"relations\" / did you mean "
              "relation?");
    EXPECT_EQ(error_of("relation usrId=a"),
              "--map: a relation has no field \"usrId\"; it has userId, customerId, role, from, "
              "until, removed, timestamp, messageId / did you mean userId?");
    EXPECT_EQ(error_of("relation userId=a customerId=b"),
              "--map: a relation needs from / add from=<column>, or from=const:<value> for all "
              "rows");
    EXPECT_EQ(error_of("identify traits.a=b"),
              "--map: an identify needs userId or anonymousId / add userId=<column>, or "
              "userId=const:<value> for all rows");
    EXPECT_NE(error_of("identify userId=nmber:a").find("not as \"nmber\""), std::string::npos);
    EXPECT_NE(error_of("identify userId=nmber:a").find("did you mean number?"), std::string::npos);
    EXPECT_NE(error_of("identify userId=number:a").find("userId cannot be read as number"),
              std::string::npos);
    EXPECT_NE(error_of("").find("begins with a kind"), std::string::npos);
    EXPECT_NE(error_of("identify userId").find("this is none: \"userId\""), std::string::npos);
    EXPECT_NE(error_of("identify userId=").find("userId has no column"), std::string::npos);
    EXPECT_NE(error_of("identify userId=a userId=b").find("userId comes twice"), std::string::npos);
    EXPECT_NE(error_of("identify userId=\"a").find("quote is not closed"), std::string::npos);
    EXPECT_NE(error_of("identify userId=a traits=b").find("traits=*"), std::string::npos);
    EXPECT_NE(error_of("relation traits=*").find("no field"), std::string::npos);
    EXPECT_NE(error_of("identify userId=a traits.=b").find("no field"), std::string::npos);
    EXPECT_NE(error_of("identify userId=a timestamp=date(%d.%m:b").find("parentheses"),
              std::string::npos);
    EXPECT_NE(error_of("identify userId=a timestamp=date(%d.%m):b").find("a year"),
              std::string::npos);
    EXPECT_NE(error_of("identify userId=a timestamp=date(%d.%m.%Y%Q):b").find("no %Q"),
              std::string::npos);
    EXPECT_NE(error_of("identify userId=a timestamp=date(%d.%m.%Y@Mars/X):b").find("Mars/X"),
              std::string::npos);
    EXPECT_NE(error_of("identify userId=a traits.b=text(x):b").find("form of a date"),
              std::string::npos);
}

std::string csv_docs() {
    std::ifstream file(TWOFOLD_SOURCE_DIR "/docs/csv.md");
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(CsvMap, EveryMapOfTheDocumentationIsSound) {
    const std::string docs = csv_docs();
    std::size_t maps = 0;
    for (const CsvKind& kind : csv_kinds()) {
        // A line of its own in a block, or between the quotes of a command.
        for (const std::string before : {"\n", "--map '"}) {
            const std::string begin = before + std::string(kind.type) + " ";
            for (std::size_t at = docs.find(begin); at != docs.npos;
                 at = docs.find(begin, at + 1)) {
                const std::size_t first = at + before.size();
                const std::size_t last = docs.find(before == "\n" ? '\n' : '\'', first);
                const std::string map = docs.substr(first, last - first);
                if (map.find('=') == map.npos) continue;
                EXPECT_EQ(error_of(map), "no error") << map;
                ++maps;
            }
        }
    }
    EXPECT_EQ(maps, 11U);
}

TEST(CsvMap, EveryFieldIsDocumentedInTheRowOfItsKind) {
    const std::string docs = csv_docs();
    for (const CsvKind& kind : csv_kinds()) {
        if (kind.type == "screen") continue;  // in the row of page
        const std::size_t begin = docs.find(fmt::format("\n| `{}`", kind.type));
        ASSERT_NE(begin, docs.npos) << kind.type;
        const std::string row = docs.substr(begin, docs.find('\n', begin + 1) - begin);
        for (const CsvKindField& field : kind.fields) {
            if (field.name == "timestamp" || field.name == "messageId") continue;
            const std::string_view name = kind.type == "page" && field.name.starts_with("context.")
                                              ? "context.…"
                                              : field.name;
            const bool open = field.name.ends_with('.');
            const bool told = row.find(fmt::format("`{}`", name)) != row.npos ||
                              (open && row.find(fmt::format("`{}<", name)) != row.npos);
            EXPECT_TRUE(told) << kind.type << " " << name;
        }
    }
}

TEST(CsvDate, ReadsWhatItsFormSays) {
    const auto read = [](std::string_view form, std::string_view cell) {
        const auto dates = CsvDate::parse(form);
        return dates ? dates->read(cell).value_or("-") : dates.error().message;
    };
    EXPECT_EQ(read("%d.%m.%Y", "01.03.2026"), "2026-03-01");
    EXPECT_EQ(read("%d.%m.%Y", "1.3.2026"), "2026-03-01");
    EXPECT_EQ(read("%d.%m.%Y@Europe/Berlin", "01.03.2026"), "2026-02-28T23:00:00.000Z");
    EXPECT_EQ(read("%m/%d/%y %I:%M %p@America/New_York", "3/1/26 1:30 PM"),
              "2026-03-01T18:30:00.000Z");
    EXPECT_EQ(read("%Y-%m-%d %H:%M:%S", "2026-03-01 10:00:01"), "2026-03-01T10:00:01.000Z");
    EXPECT_EQ(read("%Y-%m-%dT%H:%M:%S%z", "2026-03-01T10:00:01+0200"), "2026-03-01T08:00:01.000Z");
    EXPECT_EQ(read("%d %b %Y", "1 Mar 2026"), "2026-03-01");
    EXPECT_EQ(read("unix", "1772366400"), "2026-03-01T12:00:00.000Z");
    EXPECT_EQ(read("unix_ms", "1772366400123"), "2026-03-01T12:00:00.123Z");
    // An hour that clocks leave out, and one that comes twice.
    EXPECT_EQ(read("%d.%m.%Y %H:%M@Europe/Berlin", "29.03.2026 02:30"), "2026-03-29T01:00:00.000Z");
    EXPECT_EQ(read("%d.%m.%Y %H:%M@Europe/Berlin", "25.10.2026 02:30"), "2026-10-25T00:30:00.000Z");
}

TEST(CsvDate, TakesNothingElse) {
    const auto dates = CsvDate::parse("%d.%m.%Y");
    ASSERT_TRUE(dates);
    for (const std::string_view cell : {"", "2026-03-01", "31.02.2026", "00.01.2026", "1.13.2026",
                                        "1.1.26", "1.1.2026x", "1.1.12345", "now"}) {
        EXPECT_FALSE(dates->read(cell)) << cell;
    }
    EXPECT_FALSE(dates->read(std::string_view("1.1.2026\0", 9)));
    const auto unix_time = CsvDate::parse("unix");
    for (const std::string_view cell : {"", "1.5", "9999999999999999999", "999999999999", "x"})
        EXPECT_FALSE(unix_time->read(cell)) << cell;
}

}  // namespace
}  // namespace twofold::intake
