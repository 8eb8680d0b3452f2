import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;

import java.util.List;

/** A MongoDB that keeps its documents in memory, on a port of the loopback interface. */
public final class MongoDbServer {
  private MongoDbServer() {}

  public static void main(String[] arguments) {
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
    System.out.println("listening");
  }
}
