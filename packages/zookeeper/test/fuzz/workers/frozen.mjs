process.send?.({ type: 'begin', seeds: [7] }, () => {
  for (;;);
});
