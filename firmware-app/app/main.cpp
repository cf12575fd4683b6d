// linnet: peer-to-peer chat. Reads the options and runs the program.
#include "app/Linnet.h"
#include "program/Process.h"

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>

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

// What a handler of the event loop throws is a bug of ours: said, and the program goes on.
class ExceptionLog final : public Poco::ErrorHandler
{
public:
    using Poco::ErrorHandler::exception;
    void exception(const Poco::Exception& thrown) override { say(thrown.displayText().c_str()); }
    void exception(const std::exception& thrown) override { say(thrown.what()); }
    void exception() override { say("of unknown kind"); }

private:
    static void say(const char* what) { std::fprintf(stderr, "linnet: internal error: %s\n", what); }
};

} // namespace

int main(int argc, char** argv)
{
    using namespace linnet::peer;
    linnet::program::ensureStandardDescriptors();
    linnet::program::Options raw(peerOptionTable());
    PeerOptions options;
    std::optional<OptionsFault> fault = readPeerOptions(argc, argv, raw, options);
    if (raw.has("help")) {
        help(raw);
        return kExitOk;
    }
    if (raw.has("version")) {
        std::printf("linnet %s\n", LINNET_VERSION);
        return kExitOk;
    }
    if (fault) {
        std::fprintf(stderr, "linnet: %s\n", fault->words.c_str());
        return fault->code;
    }
    if (raw.has("config-test")) return kExitOk;
    try {
        ExceptionLog exceptions;
        Poco::ErrorHandler::set(&exceptions);
        return Linnet(options,
                      [=] {
                          linnet::program::Options again(peerOptionTable());
                          PeerOptions changed;
                          bool good = !readPeerOptions(argc, argv, again, changed);
                          return good ? std::optional<PeerOptions>(changed) : std::nullopt;
                      })
            .run();
    }
    catch (const std::exception& trouble) {
        std::fprintf(stderr, "linnet: %s\n", trouble.what());
        return kExitCannotStart;
    }
}
