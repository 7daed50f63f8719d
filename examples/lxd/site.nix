{
  berth = 1;
  site = "lxd";
  pools.default = { driver = "btrfs"; config.source = "subvolume"; };
  networks.lxdbr0 = {
    type = "bridge";
    config = { "ipv4.address" = "auto"; "ipv6.address" = "auto"; };
  };
  server = {
    "core.https_address" = null;
    "images.auto_update_interval" = 6;
  };
  profiles.default.devices = {
    root = { type = "disk"; path = "/"; pool = "default"; };
    eth0 = { type = "nic"; network = "lxdbr0"; name = "eth0"; };
  };
  instances.first = { image = "debian/12"; profiles = [ "default" ]; };
}
