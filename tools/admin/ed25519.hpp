#pragma once

#include "ledger/ed25519.hpp"

// Keys of persons and their signatures are the ledger's, under this folder's name.

namespace emx::admin {

using ledger::base64_of;
using ledger::bytes_from_base64;
using ledger::is_signature;
using ledger::PrivateKey;
using ledger::public_key_from_text;
using ledger::PublicKey;
using ledger::Signature;
using ledger::signature_from_text;

}  // namespace emx::admin
