// What changes from step to step (StepInputs.cs): a tensor of 16 words, bound as uint and read by name.
//
//   TENSOR(3, readonly, uint, step)      ...      float rate = stepFloat(step, LEARNING_RATE);
#define STEP                0
#define KEY                 1
#define VALID_ROWS          2
#define LEARNING_RATE       3
#define MOMENTUM            4
#define SECOND_MOMENTUM     5
#define CORRECTION          6
#define SECOND_CORRECTION   7
#define EPSILON             8
#define WEIGHT_DECAY        9
#define GRADIENT_SCALE      10
#define MAX_GRADIENT_NORM   11
#define AVERAGE_DECAY       12
#define STATISTICS_MOMENTUM 13
#define KEPT_SUM            14
#define BATCH_SHARE         15

#define stepFloat(step, word) uintBitsToFloat(step.at[word])
