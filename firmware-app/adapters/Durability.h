// How hard the peer holds on to what it has stored.
#pragma once

namespace linnet::peer {

enum class Durability {
    Full,   // what is committed survives a power cut
    Normal, // what is committed survives a crash of the program; the last seconds may go with the power
    Ram,    // nothing is ever written to a disk
};

} // namespace linnet::peer
