{
  nixpkgs = <nixpkgs>;
  network = { };
  forwardPorts = [ { hostPort = 8080; containerPort = 80; } ];
  system-config = ./nginx.nix;
}
