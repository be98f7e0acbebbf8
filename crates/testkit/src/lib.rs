//! What tests of more than one slice share.
