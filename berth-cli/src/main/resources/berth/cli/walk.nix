# Turns what a Nix file says into JSON, with the place of each key, for berth.spec.yaml.NixText. Evaluated without a store,
# restricted to the folder of the site. A value is itself, or a list that begins with what it is:
#   ["s", {KEY: [LINE, COLUMN, FILE, VALUE]}]  a set; FILE is 0 for the site's own   ["l", VALUE…]  a list
#   ["p", TEXT] a path   ["f"] a function, or a system that is not looked into   ["e"] fails, or needs nixpkgs
#   ["o", PRIORITY, VALUE] mkForce and its kin   ["m", VALUE…] mkMerge   ["x"] mkIf of what is not so
{ file }:
let
  inherit (builtins)
    attrNames attrValues concatLists concatStringsSep dirOf elem elemAt filter foldl' functionArgs genList hasAttr head
    intersectAttrs isAttrs isFunction length listToAttrs map mapAttrs stringLength substring toString tryEval typeOf
    unsafeGetAttrPos;

  # What a site's file may use without nixpkgs.
  lib = rec {
    inherit
      attrNames attrValues concatLists concatStringsSep elem elemAt filter foldl' functionArgs genList hasAttr head
      isAttrs isFunction length listToAttrs map mapAttrs toString;
    mkOverride = priority: content: { _type = "override"; inherit priority content; };
    mkForce = mkOverride 50;
    mkDefault = mkOverride 1000;
    mkIf = condition: content: { _type = "if"; inherit condition content; };
    mkMerge = contents: { _type = "merge"; inherit contents; };
    mkBefore = content: content;
    mkAfter = content: content;
    optional = condition: value: if condition then [ value ] else [ ];
    optionals = condition: list: if condition then list else [ ];
    optionalAttrs = condition: set: if condition then set else { };
    optionalString = condition: text: if condition then text else "";
    nameValuePair = name: value: { inherit name value; };
    genAttrs = names: value: listToAttrs (map (name: { inherit name; value = value name; }) names);
    mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
    mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
    filterAttrs = f: set: listToAttrs (filter (it: f it.name it.value) (mapAttrsToList nameValuePair set));
    range = first: last: if first > last then [ ] else genList (n: first + n) (last - first + 1);
    concatMap = builtins.concatMap;
    concatMapStringsSep = separator: f: list: concatStringsSep separator (map f list);
    recursiveUpdate = a: b:
      a // mapAttrs (name: value:
        if hasAttr name a && isAttrs a.${name} && isAttrs value then recursiveUpdate a.${name} value else value) b;
    id = value: value;
    maintainers = { };
    literalExpression = text: text;
  };
  absent = what: throw "${what} is not there: this file is read without nixpkgs";
  offered = {
    inherit lib;
    pkgs = absent "pkgs";
    config = absent "config";
    options = absent "options";
    modulesPath = absent "modulesPath";
    inputs = absent "inputs";
    self = absent "self";
    name = absent "name";
  };

  called = value:
    if !isFunction value then value
    else value (if functionArgs value == { } then offered else intersectAttrs (functionArgs value) offered);

  depth = 48;
  folder = dirOf file + "/";

  walk = level: key: value:
    let
      tried = tryEval value;
      type = typeOf tried.value;
    in
    if level > depth then abort "nested more than ${toString depth} deep"
    else if !tried.success then [ "e" ]
    else if type == "set" then set level key tried.value
    else if type == "list" then [ "l" ] ++ map (walk (level + 1) "") tried.value
    else if type == "path" then [ "p" (toString tried.value) ]
    else if type == "lambda" then [ "f" ]
    else if elem type [ "string" "int" "float" "bool" "null" ] then tried.value
    else [ "e" ];

  set = level: key: value:
    let kind = tryEval (value._type or (if (value.type or "") == "derivation" then "derivation" else "")); in
    if kind.success && kind.value == "override" then [ "o" value.priority (walk level key value.content) ]
    else if kind.success && kind.value == "if" then
      (let so = tryEval value.condition; in
      if !so.success then [ "e" ] else if so.value then walk level key value.content else [ "x" ])
    else if kind.success && kind.value == "merge" then [ "m" ] ++ map (walk level key) value.contents
    else if kind.success && kind.value == "derivation" || key == "system-config" then [ "f" ]
    else [ "s" (mapAttrs (entry level value) value) ];

  # The nixpkgs of a guest is for whoever builds it.
  entry = level: within: name: value:
    let
      place = unsafeGetAttrPos name within;
      # What a function made has the function's place, which is of no use to anyone outside of the folder.
      at = if place != null && substring 0 (stringLength folder) place.file == folder then place else null;
      walked = if name == "nixpkgs" then [ "e" ] else walk (level + 1) name value;
    in
    if at == null then [ 0 0 0 walked ]
    else [ at.line at.column (if at.file == file then 0 else at.file) walked ];
in
{ nix = 1; inherit file; value = walk 0 "" (called (import file)); }
