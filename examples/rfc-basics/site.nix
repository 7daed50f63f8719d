# As RFC 108 writes it; berth and site are what a file of Berth's says besides.
{
  berth = 1;
  site = "rfc-basics";
  nixos.containers = {
    zones.demo = { };
    instances = {
      demo = {
        network = { };
        system-config = ./demo.nix;
      };
      test1 = { network.zone = "demo"; image = "debian/12"; };
      test2 = { network.zone = "demo"; image = "debian/12"; };
      static = {
        image = "debian/12";
        network.v4.static.containerPool = [ "10.237.1.3/16" ];
        network.v6.static.containerPool = [ "2a01:4f9:4b:1659:3aa3:cafe::3/96" ];
      };
    };
  };
}
