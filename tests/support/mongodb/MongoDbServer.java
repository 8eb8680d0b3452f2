import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;

import java.util.List;

/** A MongoDB that keeps its documents in memory: serves on a port of the loopback interface until its input ends. */
public final class MongoDbServer {
  private MongoDbServer() {}

  public static void main(String[] arguments) throws Exception {
    MemoryBackend backend = new MemoryBackend();
    backend.version(
        new MongoVersion() {
          @Override
          public List<Integer> getVersionArray() {
            return List.of(5, 0, 0);
          }

          @Override
          public int getWireVersion() {
            return 13;
          }
        });
    MongoServer server = new MongoServer(backend);
    server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
    System.out.println("ready on " + arguments[0]);
    while (System.in.read() >= 0) {
      // Only its end matters: whoever started this is gone then.
    }
    server.shutdownNow();
  }
}
