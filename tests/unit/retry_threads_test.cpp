#include <datasource/http/retry_budget.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

namespace retry_threads_test {

namespace ds = datasource;

TEST_CASE("threads that share a budget never spend more than it has") {
  ds::RetryBudget budget{100};
  std::atomic<int> spent = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < 1000; ++round) spent += budget.spend() ? 1 : 0;
      });
    }
  }
  CHECK(spent == 100);
  for (int i = 0; i < 5000; ++i) budget.earn();
  CHECK(budget.left() == 100);
}

}  // namespace retry_threads_test
