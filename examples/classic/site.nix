{
  berth = 1;
  site = "classic";
  containers.webserver = {
    path = "/nix/var/nix/profiles/webserver";
    restartIfChanged = false;
  };
  containers.database = {
    config = ./database.nix;
    autoStart = true;
    privateNetwork = true;
    hostAddress = "10.231.136.1";
    localAddress = "10.231.136.2";
  };
}
