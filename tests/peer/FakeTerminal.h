// A terminal small enough to be seen to be right: CR, LF, BS, cursor left and right, erase to the end of the
// row, clear screen, printable characters of width 0 to 2, and the delayed wrap of a VT100. Anything else
// fails the test.
#pragma once

#include "core/Utf8Width.h"
#include "support/TestHarness.h"

#include <string>
#include <string_view>
#include <vector>

namespace linnet::test {

class FakeTerminal
{
public:
    explicit FakeTerminal(unsigned columns) : columns_(columns), rows_(1) {}

    void write(std::string_view bytes)
    {
        while (!bytes.empty()) {
            std::size_t size = bytes[0] == 0x1b ? escape(bytes) : single(bytes);
            bytes.remove_prefix(size);
        }
    }

    // Rows from the top down to the cursor's, without trailing spaces, each ended by `|`.
    std::string screen() const
    {
        std::string all;
        for (std::size_t r = 0; r < rows_.size(); ++r)
            if (r <= row_ || !trimmed(r).empty()) all += trimmed(r) + "|";
        return all;
    }
    std::string cursorRow() const { return trimmed(row_); }
    unsigned column() const { return column_; }
    std::size_t rows() const { return rows_.size(); }
    bool everWrapped() const { return wrapped_; }

private:
    using Row = std::vector<std::string>; // a cell each; the right half of a wide character is empty

    std::string trimmed(std::size_t row) const
    {
        std::string text;
        for (const std::string& cell : rows_[row])
            text += cell;
        text.erase(text.find_last_not_of(' ') + 1);
        return text;
    }

    std::size_t single(std::string_view bytes)
    {
        switch (bytes[0]) {
        case '\r':
            column_ = 0;
            return 1;
        case '\n':
            if (++row_ == rows_.size()) rows_.emplace_back();
            return 1;
        case '\b':
            CHECK_TEXT(column_ < columns_, "BS at the end of a full row: terminals differ");
            CHECK_TEXT(column_ > 0, "BS in the first column");
            --column_;
            return 1;
        default:
            return print(bytes);
        }
    }

    std::size_t print(std::string_view bytes)
    {
        CHECK_TEXT(static_cast<unsigned char>(bytes[0]) >= 0x20 && bytes[0] != 0x7f, "a control character");
        std::size_t size = 1;
        while (size < bytes.size() && (static_cast<unsigned char>(bytes[size]) & 0xc0) == 0x80)
            ++size;
        std::string character(bytes.substr(0, size));
        unsigned width = peer::columnsOf(character);
        if (width == 0) {
            if (column_ > 0) rows_[row_][baseBefore()] += character;
            return size;
        }
        if (column_ + width > columns_) {
            wrapped_ = true;
            single("\r");
            single("\n");
        }
        Row& row = rows_[row_];
        while (row.size() < column_ + width)
            row.emplace_back(" ");
        row[column_] = character;
        if (width == 2) row[column_ + 1].clear();
        column_ += width;
        return size;
    }

    std::size_t baseBefore() const
    {
        std::size_t cell = column_ - 1;
        return cell > 0 && rows_[row_][cell].empty() ? cell - 1 : cell;
    }

    std::size_t escape(std::string_view bytes)
    {
        CHECK_TEXT(bytes.size() > 2 && bytes[1] == '[', "an escape sequence that is not a whole CSI");
        std::size_t end = 2;
        unsigned number = 0;
        for (; end < bytes.size() && bytes[end] >= '0' && bytes[end] <= '9'; ++end)
            number = number * 10 + static_cast<unsigned>(bytes[end] - '0');
        control(bytes[end], number);
        return end + 1;
    }

    void control(char what, unsigned number)
    {
        if (what == 'K') {
            if (rows_[row_].size() > column_) rows_[row_].resize(column_);
        }
        else if (what == 'H') {
            row_ = column_ = 0;
        }
        else if (what == 'J' && number == 2) {
            rows_.assign(1, {});
        }
        else if (what == 'C') {
            column_ += number == 0 ? 1 : number;
            CHECK_TEXT(column_ < columns_, "cursor moved out of the row");
        }
        else if (what == 'D') {
            CHECK_TEXT(column_ >= number && column_ < columns_, "cursor moved out of the row");
            column_ -= number == 0 ? 1 : number;
        }
        else {
            FAIL("an unexpected escape sequence");
        }
    }

    unsigned columns_;
    unsigned column_ = 0; // == columns_: the row is full and the wrap is delayed
    std::size_t row_ = 0;
    bool wrapped_ = false;
    std::vector<Row> rows_;
};

} // namespace linnet::test
