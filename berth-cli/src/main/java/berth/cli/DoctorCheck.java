package berth.cli;

import berth.client.Json;
import java.io.IOException;

/** {@code berth doctor}: what of this host stands in the way of guests. Exit 0 when nothing is bad, 1 else. */
final class DoctorCheck implements Command {
    @Override
    public int run(Call call) throws IOException {
        Json all = call.server().get("/1.0/berth/doctor");
        if (call.option("format", "text").equals("json")) {
            call.print(all.line());
        }
        int bad = 0;
        int advice = 0;
        for (Json it : all.items()) {
            String grade = it.text("grade");
            bad += grade.equals("bad") ? 1 : 0;
            advice += grade.equals("advice") ? 1 : 0;
            if (!call.option("format", "text").equals("json")) {
                int colour = grade.equals("bad") ? 31 : grade.equals("advice") ? 33 : 32;
                String word = call.terminal().colour(colour, grade + " ".repeat(8 - grade.length()));
                call.print(word + it.text("about") + ": " + it.text("text"));
            }
        }
        call.say(bad + " bad, " + Sites.count(advice, "piece") + " of advice.");
        return bad == 0 ? 0 : 1;
    }
}
