package berth.engine;

import berth.spi.Execution;
import java.io.InputStream;
import java.io.OutputStream;

/** A command that has ended already and said nothing. */
public record FakeExecution(int code, Execution.Outcome outcome) implements Execution {
    @Override
    public long pid() {
        return 1;
    }

    @Override
    public OutputStream input() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public InputStream output() {
        return InputStream.nullInputStream();
    }

    @Override
    public InputStream errors() {
        return InputStream.nullInputStream();
    }

    @Override
    public void resize(int columns, int rows) {}

    @Override
    public void signal(int number) {}

    @Override
    public int await() {
        return code;
    }

    @Override
    public void close() {}
}
