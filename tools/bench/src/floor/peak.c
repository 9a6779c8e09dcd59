/*
 * Measures the greatest rate of single-precision operations with a number of threads: multiplications and additions in one
 * instruction, on sums that stay in registers. Argument: the number of threads. Prints billions of operations per second.
 *
 * A sum waits some cycles for its own last addition. There are several sums, so that the processor works on one while others
 * wait. The best of many short turns counts, because other programs disturb some of them.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined(__AVX512F__)
#define FLOATS 16
#elif defined(__AVX__)
#define FLOATS 8
#else
#define FLOATS 4
#endif
#define SUMS 12
#define PRODUCTS 100000
#define TURNS 400
#define MOST_THREADS 64

typedef float vector __attribute__((vector_size(4 * FLOATS)));

static pthread_barrier_t start_of_turn, end_of_turn;
static struct { double start, end; float result; } turn[MOST_THREADS];

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

static float products(float seed) {
  vector sum[SUMS], factor, addend;
  for (int i = 0; i < FLOATS; i++) factor[i] = 0.999f, addend[i] = seed;
  for (int s = 0; s < SUMS; s++) sum[s] = addend * (float)s;
  for (int n = 0; n < PRODUCTS; n++) {
#pragma GCC unroll 12
    for (int s = 0; s < SUMS; s++) sum[s] = sum[s] * factor + addend;
  }
  float total = 0;
  for (int s = 0; s < SUMS; s++) total += sum[s][0];
  return total;
}

static void *work(void *which) {
  long self = (long)which;
  for (int t = 0; t < TURNS; t++) {
    pthread_barrier_wait(&start_of_turn);
    turn[self].start = seconds();
    turn[self].result = products(1e-3f * (t + 1));
    turn[self].end = seconds();
    pthread_barrier_wait(&end_of_turn);
  }
  return 0;
}

int main(int count, char **arguments) {
  long threads = count > 1 ? atol(arguments[1]) : 1;
  if (threads < 1 || threads > MOST_THREADS) return 2;
  pthread_barrier_init(&start_of_turn, 0, threads + 1);
  pthread_barrier_init(&end_of_turn, 0, threads + 1);
  pthread_t ids[MOST_THREADS];
  for (long i = 0; i < threads; i++) pthread_create(&ids[i], 0, work, (void *)i);
  double best = 0;
  float result = 0;
  for (int t = 0; t < TURNS; t++) {
    pthread_barrier_wait(&start_of_turn);
    pthread_barrier_wait(&end_of_turn);
    double start = turn[0].start, end = turn[0].end;
    for (long i = 0; i < threads; i++) {
      if (turn[i].start < start) start = turn[i].start;
      if (turn[i].end > end) end = turn[i].end;
      result += turn[i].result;
    }
    double rate = 2e-9 * FLOATS * SUMS * PRODUCTS * threads / (end - start);
    if (rate > best) best = rate;
  }
  for (long i = 0; i < threads; i++) pthread_join(ids[i], 0);
  fprintf(stderr, "%g\n", result);
  printf("%.1f\n", best);
  return 0;
}
