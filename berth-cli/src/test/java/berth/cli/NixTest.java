package berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file in Nix may be a stranger's: it says something, or it gets a clear error in time, and reaches nothing else. */
class NixTest {
    @TempDir
    private Path outside;

    private Path write(String text) throws IOException {
        Path folder = Files.createDirectories(outside.resolve("site"));
        return Files.writeString(folder.resolve("berth.nix"), text);
    }

    private static void thereIsNix() {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/nix-instantiate"))
                        && Files.isExecutable(Path.of("/usr/bin/bwrap")),
                "nix-bin or bubblewrap is not installed");
    }

    private String read(String text) throws IOException {
        thereIsNix();
        return new Nix(Map.of()).read(write(text));
    }

    @Test
    void says_each_value_with_its_place() throws IOException {
        assertThat(read("{\n  a.b = 1;\n  c = [ \"x\" true null ./y ];\n  f = { pkgs, ... }: { };\n}\n"))
                .isEqualTo("{\"file\":\"" + outside.toRealPath() + "/site/berth.nix\",\"nix\":1,\"value\":[\"s\",{"
                        + "\"a\":[2,3,0,[\"s\",{\"b\":[2,3,0,1]}]],"
                        + "\"c\":[3,3,0,[\"l\",\"x\",true,null,[\"p\",\"" + outside.toRealPath() + "/site/y\"]]],"
                        + "\"f\":[4,3,0,[\"f\"]]}]}");
    }

    @Test
    void reads_the_files_of_its_own_folder() throws IOException {
        Path folder = Files.createDirectories(outside.resolve("site"));
        Files.writeString(folder.resolve("guests.nix"), "{ web.image = \"debian/12\"; }");
        assertThat(read("{ instances = import ./guests.nix; }"))
                .contains("\"web\":[1,3,\"" + folder.toRealPath() + "/guests.nix\",");
    }

    @Test
    void goes_on_where_nixpkgs_would_be_needed() throws IOException {
        assertThat(read("{ pkgs, lib, ... }: { nixpkgs = <nixpkgs>; a = pkgs.hello; b = lib.mkForce [ ]; c = 1; }"))
                .contains("\"nixpkgs\":[1,23,0,[\"e\"]]")
                .contains("\"a\":[1,44,0,[\"e\"]]")
                .contains("[\"o\",50,[\"l\"]]")
                .contains("\"c\":[1,81,0,1]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "builtins.readFile /etc/passwd",
                "builtins.readFile ../secret",
                "builtins.readFile ./link",
                "builtins.readDir /",
                "builtins.readDir ../.",
                "import /etc/nixos/configuration.nix",
                "builtins.fetchurl \"http://127.0.0.1:1/x\"",
                "import (builtins.fetchTarball \"http://127.0.0.1:1/x.tar\")",
                "builtins.fetchGit \"file:///tmp\"",
                "builtins.exec [ \"/bin/true\" ]",
                "builtins.importNative \"/lib/x.so\" \"f\"",
                "import (derivation { name = \"x\"; system = builtins.currentSystem; builder = \"/bin/sh\"; })",
                "builtins.readFile \"${derivation { name = \"x\"; system = \"x86_64-linux\"; builder = \"/bin/sh\"; }}/x\"",
                "builtins.storePath \"/nix/store/x\"",
            })
    void reaches_nothing_outside(String expression) throws IOException {
        thereIsNix();
        Files.writeString(outside.resolve("secret"), "a secret");
        Files.createDirectories(outside.resolve("site"));
        Files.createSymbolicLink(outside.resolve("site/link"), outside.resolve("secret"));
        assertThatThrownBy(() -> read("{ a = " + expression + "; }"))
                .isInstanceOf(Usage.class)
                .hasMessageContaining("berth.nix: ")
                .hasMessageNotContaining("a secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "let a = a; in a",
                "let f = x: f (x + 1); in f 0",
                "let f = x: 1 + f x; in f 0",
                "let x = { a = x; }; in x",
                "let x = { a = x; b = x; }; in x",
                "{ a = builtins.genList (n: \"0123456789\") 1000000; }",
                "{ a = builtins.foldl' (a: b: a + a) \"x\" (builtins.genList (n: n) 40); }",
                "{ a = 1 + \"x\"; }",
                "{ a = ",
                "abort \"no\"",
                "{ a = abort \"\u001b[31mred\"; }",
            })
    void ends_in_time_with_an_error(String expression) {
        thereIsNix();
        Instant began = Instant.now();
        assertThatThrownBy(() -> read(expression))
                .isInstanceOf(Usage.class)
                .hasMessageContaining("berth.nix: ")
                .hasMessageNotContaining("\u001b");
        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void sees_none_of_the_environment() throws IOException {
        assertThat(read("{ a = builtins.getEnv \"PATH\"; b = builtins.getEnv \"HOME\"; }"))
                .contains("\"a\":[1,3,0,\"\"]")
                .contains("\"b\":[1,31,0,\"\"]");
    }

    @Test
    void is_one_clear_error_where_there_is_no_nix() throws IOException {
        Path file = write("{ }");
        assertThatThrownBy(() -> new Nix(Map.of("nix-instantiate", "")).read(file))
                .isInstanceOf(Usage.class)
                .hasMessageContaining("is written in Nix, and there is no nix-instantiate here")
                .hasMessageContaining("apt-get install nix-bin");
    }
}
