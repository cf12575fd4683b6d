// POCO keeps its SQLite connector for the life of the process: made here before the first test, it is
// nobody's leak.
#include <Poco/Data/SQLite/Connector.h>

namespace {

struct PocoConnector
{
    PocoConnector() { Poco::Data::SQLite::Connector::registerConnector(); }
};
const PocoConnector connector;

} // namespace
