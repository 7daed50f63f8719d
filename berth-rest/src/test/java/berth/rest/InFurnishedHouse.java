package berth.rest;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test for which a house stands open: an engine on fakes behind a real door, with a pool, a network and an image. */
abstract class InFurnishedHouse {
    @TempDir
    Path dir;

    House house;

    @BeforeEach
    void open() throws IOException {
        house = new House(dir).furnished();
    }

    @AfterEach
    void close() {
        house.close();
    }
}
