package berth.engine.image;

import berth.engine.operation.Operation;
import berth.engine.operation.OperationRequest;
import berth.engine.operation.Operations;
import berth.engine.record.RunKind;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.ProjectName;
import berth.steps.Step;
import java.util.List;
import java.util.Map;

/** Deletes an image with its aliases. Instances made from it live on; what they need of it stays in their pool. */
public final class DeleteImage implements RunKind<DeleteImage.Request> {
    /** The whole image: its files must be known when its document is gone. */
    public record Request(Image image) {}

    private final Shelves shelves;
    private final Images images;
    private final ImageFiles files;
    private final UnpackImage unpacked;
    private final Operations operations;
    private final Runs runs;
    private final Turns turns;

    /** Deletes with those. */
    public DeleteImage(
            Shelves shelves,
            Images images,
            ImageFiles files,
            UnpackImage unpacked,
            Operations operations,
            Runs runs,
            Turns turns) {
        this.shelves = shelves;
        this.images = images;
        this.files = files;
        this.unpacked = unpacked;
        this.operations = operations;
        this.runs = runs;
        this.turns = turns;
    }

    /** Refuses at once when it is not here; else goes on as an operation. */
    public Operation start(ProjectName project, String prefix) {
        Image image = images.require(project, prefix);
        return operations.begin(
                OperationRequest.task(
                        "Deleting image",
                        Map.of("images", List.of(Images.url(project, "/1.0/images/" + image.fingerprint()))),
                        project),
                _ -> now(project, image.fingerprint()));
    }

    /** Deletes it; returns when it is gone. */
    public void now(ProjectName project, Fingerprint fingerprint) {
        turns.take(ImportImage.subject(fingerprint), () -> {
            runs.finishOpen(ImportImage.subject(fingerprint));
            Image image = images.require(project, fingerprint);
            runs.run(this, ImportImage.subject(fingerprint), new Request(image));
            images.tell(image, "image-deleted", Map.of());
        });
    }

    @Override
    public String kind() {
        return "delete image";
    }

    @Override
    public Class<Request> request() {
        return Request.class;
    }

    @Override
    public List<Step> steps(Request request) {
        Image image = request.image();
        return List.of(
                Step.forward(
                        "remove its aliases",
                        () -> images.aliases(image)
                                .forEach(it ->
                                        shelves.aliases().remove(it.project().text() + "/" + it.name()))),
                Step.forward(
                        "release the fingerprint",
                        () -> shelves.images().remove(Images.key(image.project(), image.fingerprint()))),
                Step.forward("drop its unpacked copies", unpacked::dropUnused),
                Step.forward("delete the image files", () -> deleteFiles(image)));
    }

    /** Another project may have the very same image, and so the same files. */
    private void deleteFiles(Image image) {
        if (shelves.images().all().stream().noneMatch(it -> it.fingerprint().equals(image.fingerprint()))) {
            files.remove(image.fingerprint());
        }
    }
}
