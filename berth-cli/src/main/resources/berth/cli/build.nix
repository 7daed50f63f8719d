# The system of one guest, from the module that its system-config says.
{ file, guest, attributes ? [ ], nixpkgs ? "<nixpkgs>" }:
with builtins;
let
  # <nixpkgs> and its kin are looked for where Nix looks; an archive is fetched; all else is a path.
  found = text:
    let name = match "<([^<>]+)>" text; in
    if name != null then findFile nixPath (head name)
    else if match "https?://.*" text != null then fetchTarball text
    else /. + text;
  last = length attributes - 1;
  whole = called (import file);
  around = foldl' (set: name: called set.${name}) whole (if attributes == [ ] then [ ] else genList (elemAt attributes) last);
  module = if attributes == [ ] then file else around.${elemAt attributes last};
  # A file in Nix may say itself what its modules are built with.
  chosen = if attributes != [ ] && isAttrs around && around ? nixpkgs then around.nixpkgs else found nixpkgs;
  offered = {
    lib = import (found nixpkgs + "/lib");
    pkgs = import (found nixpkgs) { };
  };
  called = value:
    if !isFunction value then value
    else value (if functionArgs value == { } then offered else intersectAttrs (functionArgs value) offered);
in
(import (chosen + "/nixos") {
  configuration = { lib, ... }: {
    imports = [ module ];
    boot.isContainer = true;
    networking.hostName = lib.mkDefault guest;
    networking.useDHCP = lib.mkDefault false;
    networking.useNetworkd = lib.mkDefault true;
    networking.useHostResolvConf = lib.mkDefault false;
  };
}).system
