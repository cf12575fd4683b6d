// The format: sqlite.org/fileformat2.html, section 4. Each frame's checksum goes on from that of the frame before
// it, so two frames that were written one behind the other can be told from what an older log left there.
#include "adapters/DamagedLog.h"

#include "wire/Bytes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <vector>

namespace linnet::peer {

namespace {

using wire::Byte;

constexpr std::size_t kHeader = 32;
constexpr std::size_t kFrameHeader = 24;
constexpr std::uint32_t kMagic = 0x377f0682; // the lowest bit: checksums of big-endian words

std::uint32_t word(const Byte* at)
{
    return std::uint32_t(at[0]) << 24 | std::uint32_t(at[1]) << 16 | std::uint32_t(at[2]) << 8 | at[3];
}

struct Checksum
{
    std::uint32_t first = 0;
    std::uint32_t second = 0;

    static Checksum at(const Byte* place) { return {word(place), word(place + 4)}; }
    bool operator==(const Checksum& other) const { return first == other.first && second == other.second; }

    Checksum over(const Byte* data, std::size_t size, bool bigEndian) const
    {
        auto value = [&](const Byte* at) {
            if (bigEndian) return word(at);
            std::array<Byte, 4> turned{at[3], at[2], at[1], at[0]};
            return word(turned.data());
        };
        Checksum sum = *this;
        for (const Byte* at = data; at < data + size; at += 8) {
            sum.first += value(at) + sum.second;
            sum.second += value(at + 4) + sum.first;
        }
        return sum;
    }
};

bool read(std::ifstream& file, std::vector<Byte>& to)
{
    file.read(reinterpret_cast<char*>(to.data()), static_cast<std::streamsize>(to.size()));
    return static_cast<bool>(file);
}

} // namespace

bool dropsCommits(const std::string& logPath)
{
    std::ifstream file(logPath, std::ios::binary);
    std::vector<Byte> header(kHeader);
    if (!read(file, header) || (word(header.data()) & ~1u) != kMagic) return false;
    bool bigEndian = word(header.data()) & 1;
    Checksum last = Checksum::at(&header[24]);
    std::uint32_t pageSize = word(&header[8]);
    bool sound =
        Checksum{}.over(header.data(), 24, bigEndian) == last && pageSize >= 512 && pageSize <= 65536;
    if (!sound) return false;

    int commits = 0; // in a row, behind the first frame that is refused
    std::vector<Byte> frame(kFrameHeader + pageSize);
    while (read(file, frame)) {
        bool ofThisLog = std::equal(&frame[8], &frame[16], &header[16]);
        Checksum own = Checksum::at(&frame[16]);
        Checksum expected =
            last.over(frame.data(), 8, bigEndian).over(&frame[kFrameHeader], pageSize, bigEndian);
        bool follows = ofThisLog && own == expected;
        last = own;
        if (sound && follows) continue;
        sound = false;
        if (!follows) commits = 0;
        bool commit = ofThisLog && word(&frame[4]) != 0;
        if (commit && ++commits == 2) return true;
    }
    return false;
}

} // namespace linnet::peer
