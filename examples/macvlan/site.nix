{ lib, ... }:
{
  berth = 1;
  site = "vlan";
  systemd.network = {
    networks."40-eth1" = {
      matchConfig.Name = "eth1";
      networkConfig = { DHCP = "yes"; MACVLAN = "mv-eth1-host"; };
      dhcpConfig.UseDNS = "no";
      linkConfig.RequiredForOnline = "no";
      address = lib.mkForce [ ];
      addresses = lib.mkForce [ ];
    };
    networks."20-mv-eth1-host" = {
      matchConfig.Name = "mv-eth1-host";
      networkConfig.IPForward = "yes";
      dhcpV4Config.ClientIdentifier = "mac";
      address = lib.mkForce [ "192.168.2.2/24" ];
    };
    netdevs."20-mv-eth1-host" = {
      netdevConfig = { Name = "mv-eth1-host"; Kind = "macvlan"; };
      macvlanConfig.Mode = "bridge";
    };
  };
  systemd.nspawn.vlandemo.networkConfig.MACVLAN = "eth1";
  instances.vlandemo = {
    image = "debian/12";
    guest.systemd.network.networks."10-mv-eth1" = {
      matchConfig.Name = "mv-eth1";
      address = [ "192.168.2.5/24" ];
    };
  };
}
