// The command line that all programs of scripts/torture share: [N] [--seed S].
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace linnet::test {

struct Arguments
{
    std::uint64_t count;
    std::uint64_t seed = 1;
    std::vector<std::string> others;

    // Ends the program when they are wrong.
    Arguments(int argc, char** argv, std::uint64_t standardCount, const char* usage) : count(standardCount)
    {
        bool good = true;
        bool counted = false;
        for (int i = 1; i < argc; ++i) {
            std::string word = argv[i];
            if (word == "--seed" && i + 1 < argc)
                good &= number(argv[++i], seed);
            else if (!counted && number(word, count))
                counted = true;
            else
                others.push_back(word);
        }
        if (good && (others.empty() || others.front() != "--help")) return;
        std::fprintf(stderr, "usage: %s\n", usage);
        std::exit(2);
    }

private:
    static bool number(const std::string& text, std::uint64_t& value)
    {
        char* end = nullptr;
        if (text.empty() || text[0] < '0' || text[0] > '9') return false;
        value = std::strtoull(text.c_str(), &end, 10);
        return *end == '\0';
    }
};

} // namespace linnet::test
