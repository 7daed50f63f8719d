package berth.rest;

import berth.engine.instance.ExecInstance;
import berth.engine.instance.Instances;
import berth.engine.operation.Operation;
import berth.engine.operation.OperationClass;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.model.InstanceName;
import berth.model.ProjectName;
import berth.rest.http.Exchange;
import berth.rest.http.Reply;
import berth.rest.http.Route;
import berth.spi.ExecSetup;
import berth.spi.Execution;
import berth.wire.InstanceExecPost;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /1.0/instances/{name}/exec}. */
final class ExecRoutes {
    private final ExecInstance execInstance;
    private final Instances instances;
    private final Operations operations;
    private final ExecSessions sessions;

    ExecRoutes(ExecInstance execInstance, Instances instances, Operations operations, ExecSessions sessions) {
        this.execInstance = execInstance;
        this.instances = instances;
        this.operations = operations;
        this.sessions = sessions;
    }

    List<Route> routes(InstancePrefix prefix) {
        return List.of(Route.post(prefix.path() + "/{name}/exec", it -> exec(prefix, it)));
    }

    private Reply exec(InstancePrefix prefix, Exchange exchange) {
        ProjectName project = Scope.of(exchange);
        InstanceName name = prefix.require(instances, exchange).name();
        var body = exchange.json(InstanceExecPost.class);
        ExecSetup setup = execInstance.prepare(project, name, ExecTranslation.toWanted(body));
        return body.waitForWebsocket()
                ? attached(project, name, setup)
                : detached(project, name, setup, body.recordOutput());
    }

    private Reply attached(ProjectName project, InstanceName name, ExecSetup setup) {
        var session = new ExecSession(setup.terminal(), () -> execInstance.start(project, name, setup));
        Operation operation = operations.begin(
                request(OperationClass.WEBSOCKET, project, name, ExecTranslation.metadata(setup)), session::run);
        return sessions.accepted(operation, session.sockets());
    }

    private Reply detached(ProjectName project, InstanceName name, ExecSetup setup, boolean record) {
        return OperationTranslation.accepted(operations.begin(
                request(OperationClass.TASK, project, name, null),
                operation -> run(operation, project, name, setup, record)));
    }

    private void run(Operation operation, ProjectName project, InstanceName name, ExecSetup setup, boolean record)
            throws InterruptedException, IOException {
        String output = "exec_" + operation.id() + ".stdout";
        String errors = "exec_" + operation.id() + ".stderr";
        var instance = instances.require(project, name);
        try (Execution execution = execInstance.start(project, name, setup)) {
            execution.input().close();
            Thread reading = save(execution.output(), record ? instances.newLog(instance, output) : null);
            Thread readingErrors = save(execution.errors(), record ? instances.newLog(instance, errors) : null);
            int code = execution.await();
            reading.join();
            readingErrors.join();
            if (record) {
                String logs = "/1.0/instances/" + name + "/logs/";
                operation.tell("output", Map.of("1", logs + output, "2", logs + errors));
            }
            ExecSession.tell(operation, execution.outcome(), code);
        }
    }

    private static Thread save(InputStream from, @Nullable Path file) {
        return Thread.ofPlatform().daemon().name("exec output").start(() -> {
            try (from;
                    OutputStream into = file == null ? OutputStream.nullOutputStream() : Files.newOutputStream(file)) {
                from.transferTo(into);
            } catch (IOException failure) {
                System.getLogger(ExecRoutes.class.getName())
                        .log(System.Logger.Level.WARNING, "the output of a command was not recorded", failure);
            }
        });
    }

    private static OperationRequest request(
            OperationClass type, ProjectName project, InstanceName name, @Nullable Map<String, Object> metadata) {
        var resources = new LinkedHashMap<String, List<String>>();
        resources.put("containers", List.of("/1.0/containers/" + name));
        resources.put("instances", List.of("/1.0/instances/" + name));
        return new OperationRequest(type, "Executing command", resources, metadata, false, project);
    }
}
