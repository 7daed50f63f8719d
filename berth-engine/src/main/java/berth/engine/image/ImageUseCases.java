package berth.engine.image;

import berth.engine.driver.Drivers;
import berth.engine.event.Events;
import berth.engine.operation.Operations;
import berth.engine.record.Runs;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import java.nio.file.Path;
import java.time.Clock;

/** All that can be asked of images. */
public record ImageUseCases(
        Images images,
        ImageAliases aliases,
        ImageFiles files,
        ImportImage importImage,
        ExportImage exportImage,
        DeleteImage deleteImage,
        BuildImage buildImage,
        ImageContents contents) {
    /**
     * Assembles them.
     *
     * @param directory where the files of images lie
     */
    public static ImageUseCases assemble(
            Path directory,
            Shelves shelves,
            Drivers drivers,
            Events events,
            Operations operations,
            Runs runs,
            Turns turns,
            Clock clock) {
        var files = new ImageFiles(directory);
        var images = new Images(shelves, events);
        var aliases = new ImageAliases(shelves, images, events);
        var unpacked = new UnpackImage(shelves, images, files, drivers, clock);
        var imports = runs.register(new ImportImage(shelves, images, aliases, files, operations, runs, turns, clock));
        String architecture = ImageMetadata.architecture(System.getProperty("os.arch", ""));
        return new ImageUseCases(
                images,
                aliases,
                files,
                imports,
                new ExportImage(images, files),
                runs.register(new DeleteImage(shelves, images, files, unpacked, operations, runs, turns)),
                new BuildImage(files, imports, operations, clock, architecture),
                unpacked);
    }
}
