{ lib, ... }:
let
  host = address: card: { inherit address; nics.lan = card; };
in
{
  berth = 1;
  site = "vm-test-hosts";
  hosts.athens = host "192.168.0.2" "enp30s0";
  hosts.rome = host "192.168.0.3" "enp3s0";
  pools.guests = { driver = "lvm"; config.source = "\${host.name}"; };
  images.baseline = {
    source = ./baseline.qcow2;
    grow = "first-boot";
    refresh = "new-guests-only";
  };
  profiles.baseline = {
    ssh = { port = 22; authorized-keys = [ ./admin.pub ]; };
    console = { graphics = "spice"; serial = true; };
    activation.stopTimeout = "10s";
  };
  instances = lib.genAttrs [ "some-athens-guest" ] (name: {
    kind = "vm";
    host = "athens";
    profiles = [ "baseline" ];
    image = "baseline";
    memory = "4GiB";
    disks = [ { name = "vda"; volume = "guests/guest-${name}"; size = "50GiB"; clone = "copy-on-write"; } ];
    nics = [ { direct = "lan"; mac = "D2:91:69:C0:14:9A"; expect = "192.168.0.101"; } ];
    protect = [ "delete" "replace" "shrink" ];
    retire = "keep";
  });
}
