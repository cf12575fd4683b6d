// linnet: peer-to-peer chat. Reads the options and runs the program.
#include "app/Linnet.h"

#include <cstdio>
#include <exception>

namespace {

void help(const linnet::program::Options& options)
{
    std::printf(
        "linnet %s - peer-to-peer chat for small boards\n\nusage: linnet [OPTION ...]\n\n%s\n"
        "A file has one `name = value` a line. What is on the command line comes before the environment\n"
        "(LINNET_STATE_DIR for --state-dir), then ~/.config/linnet/linnet.conf, then "
        "/etc/linnet/linnet.conf.\n"
        "Ends with 0, 1 for wrong usage, 2 when it can't start, 3 for a fault in the configuration.\n",
        LINNET_VERSION, options.help().c_str());
}

} // namespace

int main(int argc, char** argv)
{
    using namespace linnet::peer;
    linnet::program::Options raw(peerOptionTable());
    PeerOptions options;
    std::string wrong = readPeerOptions(argc, argv, raw, options);
    if (raw.has("help")) {
        help(raw);
        return kExitOk;
    }
    if (raw.has("version")) {
        std::printf("linnet %s\n", LINNET_VERSION);
        return kExitOk;
    }
    if (wrong.empty() && !raw.words().empty())
        wrong = "`" + raw.words().front() + "` is not understood; --help lists the options";
    if (!wrong.empty()) {
        std::fprintf(stderr, "linnet: %s\n", wrong.c_str());
        return raw.has("config-test") || wrong.find(", line ") != std::string::npos ? kExitConfiguration
                                                                                    : kExitUsage;
    }
    if (raw.has("config-test")) return kExitOk;
    try {
        return Linnet(options).run();
    }
    catch (const std::exception& trouble) {
        std::fprintf(stderr, "linnet: %s\n", trouble.what());
        return kExitCannotStart;
    }
}
