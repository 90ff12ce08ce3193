/** The linnet: a small bird with a rose breast. Decoration; whatever stands beside it names the product. */
export function Logo({ className = "size-8" }: { className?: string }) {
  return (
    <svg viewBox="0 0 48 48" className={className} aria-hidden="true">
      <path
        className="fill-primary"
        d="M30.5 7c-5.9 0-9.7 3.9-11.2 8.6-1.6 5-5.6 8.3-12.6 10.9L3 28l4.4 1.8L4.6 36c6.6.5 10.6 2.700 15.400 4.600 2.100.8 4.200 1.100 6.200 1.100 8.700 0 14.800-6.500 14.800-15.400V17.500l4.300-3.100-4.500-1.800C39.200 9.100 35.400 7 30.500 7Z"
      />
      <path
        className="fill-secondary"
        d="M41 20.500c-5.200 1.200-9 4.600-10.300 9.400-1 3.700-.5 7.700 1.500 11 5.400-2.400 8.800-7.700 8.800-14.600v-5.800Z"
      />
      <path
        className="fill-base-100"
        fillOpacity="0.28"
        d="M10.500 29.800c6.800-1.200 11.600-4.300 14.400-9.500 2 5.700-.2 11.700-6 14.300-2.900 1.300-6.100 1-9.700-.4Z"
      />
      <circle className="fill-base-100" cx="33.600" cy="14.200" r="1.900" />
    </svg>
  );
}
